package io.neco.tools.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.artifact.ArtifactSet;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArtifactSetTextTest {
    @Test
    void isTheFileInTheTree() throws Exception {
        String file = Files.readString(Path.of("../neco-core/src/main/resources/io/neco/artifact/artifacts.yml"));

        assertThat(ArtifactSetText.of(ArtifactSet.builtIn())).isEqualTo(file);
    }
}
