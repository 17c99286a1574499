package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedBundleTest {
    private static final String CA = "-----BEGIN CERTIFICATE-----\nY2E=\n-----END CERTIFICATE-----";

    @TempDir
    private Path root;

    private HostFiles files = new HostFiles(HostRoot.system());

    @BeforeEach
    void issueCa() throws IOException {
        files = new HostFiles(new HostRoot(root));
        files.write(HostPaths.SERVER_CA_FILE, CA, FileMode.WORLD_READABLE);
    }

    private byte[] add(byte[] bundle) throws IOException {
        files.write(TrustedBundle.FILE, bundle, FileMode.WORLD_READABLE);
        TrustedBundle.addClusterCa(files);
        return Files.readAllBytes(files.path(TrustedBundle.FILE));
    }

    @Test
    void theCaIsAppendedAndWhatIsThereIsKeptToTheByte() throws IOException {
        byte[] other = "# gen\u00e8ve\nother\n".getBytes(StandardCharsets.ISO_8859_1);

        byte[] bundle = add(other);

        assertThat(bundle).startsWith(other);
        assertThat(new String(bundle, StandardCharsets.ISO_8859_1)).endsWith("other\n" + CA + "\n");
    }

    @Test
    void aBundleWithoutALastLineBreakGetsOne() throws IOException {
        assertThat(new String(add("other".getBytes(StandardCharsets.US_ASCII)), StandardCharsets.US_ASCII))
                .isEqualTo("other\n" + CA + "\n");
    }

    @Test
    void aCaThatIsThereAlreadyIsNotAddedAgain() throws IOException {
        byte[] bundle = ("first\n" + CA + "\nlast\n").getBytes(StandardCharsets.US_ASCII);

        assertThat(add(bundle)).isEqualTo(bundle);
    }

    @Test
    void aMissingBundleNamesThePackage() {
        assertThatThrownBy(() -> TrustedBundle.addClusterCa(files))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/etc/ssl/certs/ca-certificates.crt does not exist")
                .hasMessageContaining("ca-certificates installed");
    }

    @Test
    void aSystemThatDoesNotCompleteItDoesNotFailTheSetup() {
        List<String> asked = new ArrayList<>();
        CommandRunner refusing = command -> {
            asked.add(String.join(" ", command.argv()));
            return new CommandResult(command, 1, "", "Unit neco-setup-trust.service already exists");
        };

        assertThatCode(() -> TrustedBundle.complete(refusing)).doesNotThrowAnyException();

        assertThat(asked).singleElement().asString().startsWith("systemd-run ").endsWith(" update-ca-certificates");
    }
}
