package io.neco.cke;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the package brings for CKE can be adapted and rendered. */
class ShippedFilesTest {
    private static final Path ETC = Path.of("..", "etc");
    private static final List<String> CKE_IMAGES = List.of(
            "quay.io/cybozu/unbound:1.15.0.1",
            "quay.io/cybozu/unbound_exporter:0.4.1.4",
            "quay.io/cybozu/coredns:1.9.0.1");

    private static String shipped(String file) throws IOException {
        return Files.readString(ETC.resolve(Path.of(file).getFileName()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "staging"})
    void weightsReachBothRolesOfTheTemplate(String environment) throws IOException {
        String file = CkeContents.templateFile(environment);

        String adapted = ClusterTemplate.adapt(
                shipped(file), file, "stage0", new TreeMap<>(Map.of("cs", 12.5, "ss", 7.0, "foo", 1.0)));

        assertThat(adapted)
                .contains(
                        "name: stage0\n", "cke.cybozu.com/weight: \"12.500000\"", "cke.cybozu.com/weight: \"7.000000\"")
                .contains("matchExpressions")
                .doesNotContain("\"18\"", "\"10\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "staging"})
    void resourcesNameOnlyWhatIsKnown(String environment) throws IOException {
        Map<String, String> values = CkeContents.values(
                ArtifactSet.builtIn(),
                CKE_IMAGES.stream().map(ContainerImage::parse).toList(),
                new CkeContents.LoadBalancers("10.72.32.0/20", "10.72.48.0/26", ""));

        for (String file : CkeContents.resourceFiles(environment)) {
            assertThat(ResourceTemplate.render(shipped(file), file, values))
                    .as(file)
                    .isNotBlank()
                    .doesNotContain("{{");
        }
    }
}
