package io.neco.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactSetTest {

    @Test
    void builtInSetHoldsTheSeedArtifactsInOrder() {
        ArtifactSet set = ArtifactSet.builtIn();

        assertThat(set.images())
                .extracting(ContainerImage::fullName)
                .containsExactly(
                        "ghcr.io/cybozu-go/coil:2.0.14",
                        "quay.io/cybozu/bird:2.0.9.1",
                        "quay.io/cybozu/chrony:4.2.0.1",
                        "quay.io/cybozu/etcd:3.5.4.1",
                        "quay.io/cybozu/promtail:2.5.0.1",
                        "quay.io/cybozu/sabakan:2.13.0",
                        "quay.io/cybozu/serf:0.9.7.1",
                        "quay.io/cybozu/setup-hw:1.12.0",
                        "quay.io/cybozu/squid:5.4.1.1",
                        "quay.io/cybozu/vault:1.10.2.1",
                        "quay.io/cybozu/cilium:1.11.5.1",
                        "quay.io/cybozu/cilium-operator-generic:1.11.5.1",
                        "quay.io/cybozu/hubble-relay:1.11.5.1",
                        "quay.io/cybozu/cilium-certgen:0.1.5.1");
        assertThat(set.images().stream().filter(ContainerImage::isPrivate))
                .extracting(ContainerImage::name)
                .containsExactly("setup-hw");
        assertThat(set.deb("etcdpasswd"))
                .isEqualTo(new DebianPackage("etcdpasswd", "cybozu-go", "etcdpasswd", "v1.4.0"));
        assertThat(set.osImage()).isEqualTo(new OsImage("stable", "3139.2.1"));
    }

    @Test
    void everyListedImageNameIsInTheSet() {
        ArtifactSet set = ArtifactSet.builtIn();

        assertThat(ArtifactSet.BOOT_IMAGES)
                .allSatisfy(name -> assertThat(set.image(name).name()).isEqualTo(name));
        assertThat(ArtifactSet.SABAKAN_IMAGES)
                .allSatisfy(name -> assertThat(set.image(name).name()).isEqualTo(name));
    }

    @Test
    void osImageUrlsNameChannelAndVersion() {
        OsImage image = new OsImage("stable", "3139.2.1");

        assertThat(image.kernelUrl())
                .hasToString(
                        "https://stable.release.flatcar-linux.net/amd64-usr/3139.2.1/flatcar_production_pxe.vmlinuz");
        assertThat(image.initrdUrl())
                .hasToString("https://stable.release.flatcar-linux.net/amd64-usr/3139.2.1/"
                        + "flatcar_production_pxe_image.cpio.gz");
    }

    @Test
    void unknownNamesAreRefusedByName() {
        ArtifactSet set = ArtifactSet.builtIn();

        assertThatThrownBy(() -> set.image("nginx"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageStartingWith("no such container: nginx (known: coil, bird");
        assertThatThrownBy(() -> set.deb("nginx"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("no such package: nginx");
    }

    @Test
    void aGarbledFileIsRefusedWithItsName(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("artifacts.yml"), "images: [ {name: a} ]\n");

        assertThatThrownBy(() -> ArtifactSet.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("repository");
    }

    @Test
    void twoImagesOfOneNameAreRefused(@TempDir Path dir) throws IOException {
        String image = "{name: a, repository: r/a, tag: '1', private: false}";
        Path file = Files.writeString(
                dir.resolve("artifacts.yml"),
                "images: [" + image + "," + image + "]\ndebs: []\nos-image: {channel: stable, version: '1'}\n");

        assertThatThrownBy(() -> ArtifactSet.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("two artifacts of kind image are called a");
    }
}
