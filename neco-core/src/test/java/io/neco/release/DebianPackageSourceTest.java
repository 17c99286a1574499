package io.neco.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.neco.artifact.DebianPackage;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DebianPackageSourceTest {
    private static final DebianPackage PACKAGE = new DebianPackage("etcdpasswd", "cybozu-go", "etcdpasswd", "v1.4.0");
    private static final URI API = URI.create("https://git.example.com/api/v3");

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
                .withMessage("debian package not found: etcdpasswd@v1.4.0: that release of cybozu-go/etcdpasswd at"
                        + " https://git.example.com/api/v3 has no file e.cdpasswd_*.deb, only [etcdpasswd_aaa.deb];"
                        + " add the package to the release");
    }

    @Test
    void saysThatTheReleaseHasNoFileAtAll() {
        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(() -> source().find(PACKAGE))
                .withMessage("debian package not found: etcdpasswd@v1.4.0: that release of cybozu-go/etcdpasswd at"
                        + " https://git.example.com/api/v3 has no file etcdpasswd_*.deb, nor any other; add the package to"
                        + " the release");
    }

    @Test
    void saysThatThereIsNoSuchRelease() {
        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(() -> source(Optional.empty()).find(PACKAGE))
                .withMessage(
                        "no such release: etcdpasswd@v1.4.0: https://git.example.com/api/v3 knows no such release of"
                                + " cybozu-go/etcdpasswd (404); publish it, or repair where it is looked for: /etc/neco/site.yml,"
                                + " for other packages than neco also the artifact set; if the repository is private, `neco config"
                                + " set github-token`");
    }

    @Test
    void saysThatTheFileCannotBeDownloaded() {
        Release release = new Release(
                "v1.4.0",
                false,
                false,
                List.of(new ReleaseAsset("etcdpasswd_1.deb", OptionalLong.empty(), Optional.empty(), "")));

        assertThatExceptionOfType(ReleaseFeedException.class)
                .isThrownBy(() -> source(Optional.of(release)).find(PACKAGE))
                .withMessage("asset browser-download-url is empty: etcdpasswd@v1.4.0, file etcdpasswd_1.deb of"
                        + " cybozu-go/etcdpasswd at https://git.example.com/api/v3; upload the file again");
    }

    private static DebianPackageSource source(String... files) {
        List<ReleaseAsset> assets = List.of(files).stream()
                .map(name -> new ReleaseAsset(name, OptionalLong.of(1), Optional.empty(), "https://x/" + name))
                .toList();
        return source(Optional.of(new Release("v1.4.0", false, false, assets)));
    }

    private static DebianPackageSource source(Optional<Release> release) {
        return new DebianPackageSource(API, p -> feed(release));
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
