package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {
    @ParameterizedTest
    @CsvSource({
        "quay.io/cybozu/etcd:3.5.4.1, quay.io, cybozu/etcd, 3.5.4.1",
        "registry.example:5000/a/b/c:1, registry.example:5000, a/b/c, 1",
        "registry.example:5000/a, registry.example:5000, a, latest",
        "quay.io/cybozu/etcd:, quay.io, cybozu/etcd, latest",
        "cybozu/etcd:1, docker.io, cybozu/etcd, 1",
        "debian:12, docker.io, library/debian, 12",
    })
    void isTakenApartAsDockerDoes(String text, String registry, String repository, String tag) {
        assertThat(ImageName.parse(text)).isEqualTo(new ImageName(registry, repository, tag));
    }

    @ParameterizedTest
    @CsvSource({
        "quay.io/cybozu/etcd:1, https://quay.io/v2/cybozu/etcd/manifests/1",
        "debian:12, https://registry-1.docker.io/v2/library/debian/manifests/12",
        "127.0.0.1:5000/a:1, http://127.0.0.1:5000/v2/a/manifests/1",
        "localhost:5000/a:1, http://localhost:5000/v2/a/manifests/1",
        "localhost.example/a:1, https://localhost.example/v2/a/manifests/1",
    })
    void isFoundByHttpsUnlessItIsOnThisHost(String text, String address) {
        ImageName name = ImageName.parse(text);

        assertThat(name.manifest(name.tag())).hasToString(address);
    }

    @Test
    void blobsAreBesideTheManifests() {
        assertThat(ImageName.parse("quay.io/cybozu/etcd:1").blob("sha256:00"))
                .hasToString("https://quay.io/v2/cybozu/etcd/blobs/sha256:00");
    }
}
