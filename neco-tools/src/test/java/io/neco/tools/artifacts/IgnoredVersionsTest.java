package io.neco.tools.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.neco.artifact.ArtifactSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IgnoredVersionsTest {
    @TempDir
    Path dir;

    @Test
    void theFileInTheTreeConcernsTheSetInTheTree() throws Exception {
        IgnoredVersions ignored = IgnoredVersions.load(Path.of("../artifacts_ignore.yaml"));

        assertThat(ignored.strangers(ArtifactSet.builtIn())).isEmpty();
        assertThat(ignored.ofImage("quay.io/cybozu/cilium-certgen")).containsExactly("0.1.8.1");
        assertThat(ignored.ofOsImage("stable")).containsExactlyInAnyOrder("2905.2.0", "2905.2.1");
        assertThat(ignored.ofDeb("etcdpasswd")).isEmpty();
    }

    @Test
    void tellsEntriesThatConcernNothing() throws Exception {
        IgnoredVersions ignored = IgnoredVersions.load(Files.writeString(dir.resolve("ignore"), """
                images: [ { repository: quay.io/cybozu/etdc, versions: [ "3.5.5" ] } ]
                debs: [ { name: neco, versions: [ v1 ] } ]
                osImage: [ { channel: beta, versions: [] } ]
                """));

        assertThat(ignored.strangers(ArtifactSet.builtIn()))
                .containsExactly("images: quay.io/cybozu/etdc", "debs: neco", "osImage: beta");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "images: [ { repositry: x, versions: [] } ]",
                "images: [ { repository: x } ]",
                "images: [ { repository: x, versions: } ]",
                "os-image: []",
                "images: x",
                "images: ["
            })
    void refusesWhatItDoesNotUnderstandAndNamesTheFile(String text) throws Exception {
        Path file = Files.writeString(dir.resolve("ignore"), text);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> IgnoredVersions.load(file))
                .withMessageStartingWith("the ignore file " + file + " is not valid");
    }

    @Test
    void anEmptyFileIgnoresNothing() throws Exception {
        Path file = Files.writeString(dir.resolve("ignore"), "");

        assertThat(IgnoredVersions.load(file)).isEqualTo(IgnoredVersions.NONE);
    }
}
