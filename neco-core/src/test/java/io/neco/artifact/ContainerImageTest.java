package io.neco.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerImageTest {

    @ParameterizedTest
    @CsvSource({
        "quay.io/cybozu/etcd:3.3.9-4, etcd, quay.io/cybozu/etcd, 3.3.9-4",
        "a/b:, b, a/b, ''",
        ":1, ., '', 1",
        "x/:1, x, x/, 1",
        "/:1, /, /, 1",
        "busybox:1, busybox, busybox, 1"
    })
    void parsesNameRepositoryAndTag(String text, String name, String repository, String tag) {
        assertThat(ContainerImage.parse(text)).isEqualTo(new ContainerImage(name, repository, tag, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"quay.io/cybozu/etcd", "localhost:5000/a/b:1", "a@sha256:abc:x", ""})
    void refusesTextsWithoutExactlyOneColon(String text) {
        assertThatThrownBy(() -> ContainerImage.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("invalid image name: " + text);
    }

    @Test
    void namesThePrivateVariantOnlyForPrivateImagesWithSecrets() {
        ContainerImage hw = new ContainerImage("setup-hw", "quay.io/cybozu/setup-hw", "1.12.0", true);
        ContainerImage etcd = new ContainerImage("etcd", "quay.io/cybozu/etcd", "3.5.4.1", false);

        assertThat(hw.fullName(true, "-secret")).isEqualTo("quay.io/cybozu/setup-hw-secret:1.12.0");
        assertThat(hw.fullName(false, "-secret")).isEqualTo("quay.io/cybozu/setup-hw:1.12.0");
        assertThat(etcd.fullName(true, "-secret")).isEqualTo("quay.io/cybozu/etcd:3.5.4.1");
        assertThat(etcd.assetName()).isEqualTo("cybozu-etcd-3.5.4.1.img");
    }
}
