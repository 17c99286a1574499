package io.neco.worker;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.neco.artifact.DebianPackage;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.host.ProcessCommandRunner;
import io.neco.http.HttpClients;
import io.neco.release.PackageDownloader;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Real packages from a release server; only dpkg itself is played. */
class DebianPackagesIT {
    private static final DebianPackage ETCDPASSWD =
            new DebianPackage("etcdpasswd", "cybozu-go", "etcdpasswd", "v1.4.0");
    private static final String TAG = "/repos/cybozu-go/etcdpasswd/releases/tags/v1.4.0";
    private static final String ASSET = "etcdpasswd_1.4.0_amd64.deb";
    private static final Settings SETTINGS =
            new Settings("prod", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    @RegisterExtension
    static final WireMockExtension GITHUB =
            WireMockExtension.newInstance().options(options().dynamicPort()).build();

    @TempDir
    Path dir;

    private final List<String> commands = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final Deque<String> dpkgSays = new ArrayDeque<>();
    private Path file;
    private DebianPackages packages;

    @BeforeEach
    void prepare() {
        file = dir.resolve("host/var/lib/neco/packages/etcdpasswd_v1.4.0.deb");
        packages = new DebianPackages(
                new HostFiles(new HostRoot(dir.resolve("host"))),
                played(),
                new PackageDownloader(new HttpClients(), URI.create(GITHUB.baseUrl()), Clock.systemUTC()),
                Duration.ofMillis(1));
    }

    @Test
    void downloadsChecksInstallsAndRemovesThePackage() throws Exception {
        byte[] deb = TestPackage.build(dir, "etcdpasswd", "1.4.0");
        release(deb, TestPackage.digest(deb));

        install();

        assertThat(commands).last().isEqualTo("dpkg -i " + file);
        assertThat(environment).containsEntry("LC_ALL", "C").containsEntry("DEBIAN_FRONTEND", "noninteractive");
        assertThat(file).doesNotExist();
    }

    @Test
    void saysThatThereIsNoSuchRelease() {
        GITHUB.stubFor(get(urlPathEqualTo(TAG)).willReturn(aResponse().withStatus(404)));

        assertThatThrownBy(this::install)
                .hasMessageStartingWith("no such release: etcdpasswd@v1.4.0: " + GITHUB.baseUrl()
                        + " knows no such release of cybozu-go/etcdpasswd (404); publish it");
    }

    @Test
    void refusesAnotherDigestAndAnotherPackage() throws Exception {
        byte[] deb = TestPackage.build(dir, "other", "1.4.0");
        release(deb, "0".repeat(64));
        assertThatThrownBy(this::install).hasMessageContaining("SHA-256");

        release(deb, TestPackage.digest(deb));
        assertThatThrownBy(this::install)
                .hasMessage("package " + file
                        + " is not etcdpasswd but Package: other, Version: 1.4.0; it came from " + GITHUB.baseUrl()
                        + "/download/"
                        + ASSET
                        + " and was removed: `neco retry` downloads it again; if it is the same then, replace it in the"
                        + " release");

        assertThat(file.getParent()).isEmptyDirectory();
        assertThat(commands).noneMatch(line -> line.startsWith("dpkg -i"));
    }

    @Test
    void waitsWhileAnotherProcessHoldsTheLock() throws Exception {
        byte[] deb = TestPackage.build(dir, "etcdpasswd", "1.4.0");
        release(deb, TestPackage.digest(deb));
        dpkgSays.add("dpkg: error: dpkg frontend lock was locked by another process with pid 1");

        install();

        assertThat(commands).filteredOn(line -> line.startsWith("dpkg -i")).hasSize(2);
    }

    @Test
    void saysWhatDpkgSaid() throws Exception {
        byte[] deb = TestPackage.build(dir, "etcdpasswd", "1.4.0");
        release(deb, TestPackage.digest(deb));
        dpkgSays.add("dpkg: error processing archive\n No space left on device\n");

        assertThatThrownBy(this::install)
                .hasMessageContaining("cannot install package etcdpasswd v1.4.0: dpkg failed (exit status 1)")
                .hasMessageContaining("dpkg: error processing archive; No space left on device");
    }

    @Test
    void doesNotBeginWhenItIsCancelled() {
        Cancellation cancellation = new Cancellation();
        cancellation.request("stop request");

        assertThatThrownBy(() -> packages.install(ETCDPASSWD, SETTINGS, cancellation))
                .isInstanceOf(CancelledException.class)
                .hasMessage("stop request");
        assertThat(Files.exists(file)).isFalse();
    }

    private void install() throws IOException, CancelledException, InterruptedException {
        packages.install(ETCDPASSWD, SETTINGS, new Cancellation());
    }

    private void release(byte[] content, String digest) {
        GITHUB.stubFor(get(urlPathEqualTo(TAG))
                .willReturn(okJson("{\"id\":5,\"tag_name\":\"v1.4.0\",\"draft\":false,\"prerelease\":false,"
                        + "\"assets\":[{\"id\":7,\"name\":\"" + ASSET + "\",\"size\":" + content.length
                        + ",\"digest\":\"sha256:" + digest + "\",\"browser_download_url\":\"" + GITHUB.baseUrl()
                        + "/download/" + ASSET + "\"}]}")));
        GITHUB.stubFor(
                get(urlEqualTo("/download/" + ASSET)).willReturn(aResponse().withBody(content)));
    }

    private CommandRunner played() {
        ProcessCommandRunner real = new ProcessCommandRunner();
        return command -> {
            commands.add(String.join(" ", command.argv()));
            if (!command.argv().get(0).equals("dpkg")) {
                return real.run(command);
            }
            environment.putAll(command.environment());
            String said = dpkgSays.poll();
            return new CommandResult(command, said == null ? 0 : 1, "", said == null ? "" : said);
        };
    }
}
