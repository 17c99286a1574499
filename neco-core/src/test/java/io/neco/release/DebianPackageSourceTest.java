package io.neco.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.neco.artifact.DebianPackage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DebianPackageSourceTest {
    private static final DebianPackage PACKAGE = new DebianPackage("etcdpasswd", "cybozu-go", "etcdpasswd", "v1.4.0");

    @Test
    void findsTheFirstFileOfThePackage() throws Exception {
        ReleaseAsset found = source("x.zip", "etcdpasswd_1.zip", "etcdpasswd_aaa.deb", "etcdpasswd_bbb.deb")
                .find(PACKAGE);

        assertThat(found.name()).isEqualTo("etcdpasswd_aaa.deb");
    }

    @Test
    void takesThePackagesNameLiterally() {
        DebianPackage dotted = new DebianPackage("e.cdpasswd", "cybozu-go", "etcdpasswd", "v1.4.0");

        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(() -> source("etcdpasswd_aaa.deb").find(dotted))
                .withMessage("debian package not found: etcdpasswd@v1.4.0 has no file e.cdpasswd_*.deb, only"
                        + " [etcdpasswd_aaa.deb]");
    }

    @Test
    void saysThatThereIsNoSuchRelease() {
        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(() -> new DebianPackageSource(p -> feed(Optional.empty())).find(PACKAGE))
                .withMessage("no such release: etcdpasswd@v1.4.0");
    }

    @Test
    void saysThatTheFileCannotBeDownloaded() {
        Release release = new Release(
                "v1.4.0",
                false,
                false,
                List.of(new ReleaseAsset("etcdpasswd_1.deb", OptionalLong.empty(), Optional.empty(), "")));

        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(() -> new DebianPackageSource(p -> feed(Optional.of(release))).find(PACKAGE))
                .withMessage("asset browser-download-url is empty: etcdpasswd@v1.4.0, file etcdpasswd_1.deb");
    }

    private static DebianPackageSource source(String... files) {
        List<ReleaseAsset> assets = List.of(files).stream()
                .map(name -> new ReleaseAsset(name, OptionalLong.of(1), Optional.empty(), "https://x/" + name))
                .toList();
        return new DebianPackageSource(p -> feed(Optional.of(new Release("v1.4.0", false, false, assets))));
    }

    private static ReleaseFeed feed(Optional<Release> release) {
        return new ReleaseFeed() {
            @Override
            public Optional<Release> latest() {
                return release;
            }

            @Override
            public List<Release> all() {
                return release.stream().toList();
            }

            @Override
            public Optional<Release> byTag(String tag) {
                return release.filter(r -> r.tag().equals(tag));
            }
        };
    }
}
