package io.neco.contents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.artifact.ArtifactSet;
import io.neco.cke.Ckecli;
import io.neco.container.ImageFetcher;
import io.neco.container.OsImageFetcher;
import io.neco.container.RegistryCredentials;
import io.neco.host.CommandResult;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.http.Sender;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.sabakan.SabakanClient;
import io.neco.sabakan.testing.TestSabakan;
import io.neco.store.ConfigKey;
import io.neco.store.ElectionName;
import io.neco.store.EtcdStore;
import io.neco.store.Leadership;
import io.neco.store.testing.EtcdCluster;
import io.neco.store.testing.Ports;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Everything nodes boot from, from servers that play the Internet to one that answers as sabakan does; etcd is real. */
class NetbootContentsIT {
    private static final String VERSION = "2022.05.25-1";
    private static final String OS = ArtifactSet.builtIn().osImage().version();
    private static final String LAYER = "a layer";
    private static final String CONFIG = "{\"architecture\":\"amd64\",\"os\":\"linux\"}";

    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    @TempDir
    Path dir;

    private final TestHttpServer internet = new TestHttpServer(NetbootContentsIT::outside);
    private final TestSabakan sabakan = new TestSabakan();
    private final WebClient web = new HttpClients().local();
    private final List<String> told = new ArrayList<>();
    private final AtomicInteger ckecliFailures = new AtomicInteger();
    private String ckeImages = "quay.io/cybozu/unbound:1.15.0.1\nquay.io/cybozu/pause:3.6.0.1\n";
    private HostFiles files;
    private EtcdStore store;

    @BeforeEach
    void prepare() throws Exception {
        files = new HostFiles(new HostRoot(dir));
        write("/usr/share/neco/ignitions/roles/boot/site.yml", "version: '2.2'\n");
        write("/usr/share/neco/ignitions/roles/cs/site.yml", "include: ../boot/site.yml\n");
        write("/usr/share/neco/dhcp.json", "{\"gateway-offset\": 1, \"lease-minutes\": 60}\n");
        write("/usr/libexec/neco/containerd", "a program");
        write("/usr/libexec/neco/directory/not-an-asset", "x");
        store = EtcdStore.open(ETCD.config());
        request(0, 1);
        sabakan.bootServers.put(0, "10.69.0.3");
        sabakan.bootServers.put(1, "10.69.0.195");
    }

    @AfterEach
    void close() {
        store.close();
        web.close();
        internet.close();
        sabakan.close();
    }

    @Test
    void bringsEverythingToSabakanOnce() throws Exception {
        List<String> changes = uploadAll();

        assertThat(changes)
                .hasSize(14)
                .contains(
                        "OS image " + OS,
                        "asset containerd",
                        "asset cybozu-bird-2.0.9.1.img",
                        "ignition template boot " + VERSION,
                        "ignition template cs " + VERSION);
        assertThat(sabakan.images).containsExactly(OS);
        assertThat(sabakan.assets).hasSize(11).containsEntry("containerd", "a program");
        assertThat(sabakan.assets.get("cybozu-bird-2.0.9.1.img"))
                .contains(LAYER, "manifest.json", "quay.io/cybozu/bird:2.0.9.1".replace("quay.io", registry()));
        assertNothingIsLeft();

        assertThat(uploadAll()).containsExactly("asset containerd");
        assertThat(told).contains("image bird: is there already: cybozu-bird-2.0.9.1.img");
    }

    @Test
    void asksCkecliAgainWhenItFails() throws Exception {
        ckecliFailures.set(2);
        try (NetbootContents contents = contents(3)) {
            contents.uploadCkeImages();
            ckecliFailures.set(2);
            contents.uploadIgnitions(store, VERSION);

            assertThat(contents.changes())
                    .contains("asset cybozu-pause-3.6.0.1.img", "ignition template boot " + VERSION);
        }
    }

    @Test
    void uploadsTemplatesAfterWhatTheyReferTo() throws Exception {
        uploadAll();

        List<String> requests = sabakan.requests();
        int firstTemplate = requests.indexOf("PUT /api/v1/ignitions/boot/" + VERSION);
        assertThat(requests.subList(0, firstTemplate))
                .contains("PUT /api/v1/images/coreos/" + OS, "PUT /api/v1/assets/containerd")
                .filteredOn(request -> request.startsWith("PUT /api/v1/assets/"))
                .hasSize(11);
        assertThat(requests.subList(firstTemplate, requests.size())).noneMatch(r -> r.contains("/assets/"));
    }

    @Test
    void tellsTemplatesWhatTheyMayAskFor() throws Exception {
        store.putSshPublicKey("ssh-ed25519 AAAA\n");
        store.putConfig(ConfigKey.NODE_PROXY, "http://10.0.49.3:3128");

        uploadAll();

        String body = sabakan.ignitions.get("boot/" + VERSION);
        assertThat(body)
                .contains("\"bird.img\":\"cybozu-bird-2.0.9.1.img\",\"bird.ref\":\"quay.io/cybozu/bird:2.0.9.1\"")
                .contains("\"setup-hw.ref\":\"quay.io/cybozu/setup-hw-secret:")
                .contains("\"cke:unbound.img\":\"cybozu-unbound-1.15.0.1.img\","
                        + "\"cke:unbound.ref\":\"quay.io/cybozu/unbound:1.15.0.1\"")
                .contains("\"authorized_key\":\"ssh-ed25519 AAAA\\n\"")
                .contains("\"proxy_url\":\"http://10.0.49.3:3128\"")
                .contains("\"external_ip_address_block\":\"\"")
                .contains("\"boot_servers\":[\"10.69.0.3\",\"10.69.0.195\"]")
                .endsWith("\"version\":\"" + VERSION + "\"}}\n");
    }

    @Test
    void leavesTheKeyOutWhenThereIsNone() throws Exception {
        try (NetbootContents contents = contents(1)) {
            contents.uploadIgnitions(store, VERSION);
        }

        assertThat(sabakan.ignitions.get("cs/" + VERSION))
                .doesNotContain("authorized_key")
                .contains("\"proxy_url\":\"\"");
    }

    @Test
    void takesATemplateThatIsThereForDoneWhicheverIsTheNewest() throws Exception {
        sabakan.ignitions.put("boot/" + VERSION, "old");
        sabakan.ignitions.put("boot/2022.06.01-2", "newer");
        sabakan.ignitions.put("cs/" + VERSION, "old");

        try (NetbootContents contents = contents(1)) {
            contents.uploadIgnitions(store, VERSION);

            assertThat(contents.changes()).isEmpty();
        }
        assertThat(sabakan.ignitions).containsEntry("boot/" + VERSION, "old");
    }

    @Test
    void takesAConflictForDoneWhenAnotherServerWasFaster() throws Exception {
        sabakan.ignitions.put("boot/" + VERSION, "other's");
        sabakan.misbehave(request ->
                request.uri().endsWith("/ignitions/boot") ? Optional.of(Reply.of(200, "null")) : Optional.empty());

        try (NetbootContents contents = contents(1)) {
            contents.uploadIgnitions(store, VERSION);
        }

        assertThat(sabakan.ignitions).containsEntry("boot/" + VERSION, "other's");
    }

    @Test
    void uploadsNoTemplateWhenOneIsBroken() throws Exception {
        write("/usr/share/neco/ignitions/roles/ss/site.yml", "include: ../../common/common.yml\n");

        try (NetbootContents contents = contents(1)) {
            assertThatThrownBy(() -> contents.uploadIgnitions(store, VERSION))
                    .hasMessageContaining("roles/ss/site.yml")
                    .hasMessageContaining("common.yml");
        }
        assertThat(sabakan.requests()).isEmpty();
    }

    @Test
    void saysWhichBootServerSabakanDoesNotKnow() throws Exception {
        request(0, 2);

        try (NetbootContents contents = contents(1)) {
            assertThatThrownBy(() -> contents.uploadIgnitions(store, VERSION))
                    .hasMessageContaining(
                            "failed to find boot server in rack 2: Not Found: requested resource is not found");
        }
    }

    @Test
    void needsAnUpdateRequest() throws Exception {
        try (EtcdStore empty = EtcdStore.open(ETCD.config());
                NetbootContents contents = contents(1)) {
            assertThatThrownBy(() -> contents.uploadIgnitions(empty, VERSION))
                    .hasMessageContaining("there is no update request in etcd");
        }
    }

    @Test
    void uploadsTheImagesOfCke() throws Exception {
        try (NetbootContents contents = contents(1)) {
            contents.uploadCkeImages();

            assertThat(contents.changes())
                    .containsExactly("asset cybozu-pause-3.6.0.1.img", "asset cybozu-unbound-1.15.0.1.img");
        }
    }

    @Test
    void repeatsWhatSabakanBrokeOff() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        sabakan.misbehave(request -> request.method().equals("PUT") && failures.incrementAndGet() <= 2
                ? Optional.of(Reply.of(500, "{\"error\":\"out of order\"}"))
                : Optional.empty());

        assertThat(uploadAll(4)).contains("OS image " + OS, "asset containerd");
    }

    @Test
    void looksWhetherAnOsImageHasArrivedBeforeItIsSentAgain() throws Exception {
        sabakan.misbehave(request -> {
            if (request.uri().endsWith("/images/coreos/" + OS)) {
                sabakan.images.add(OS);
                return Optional.of(Reply.of(502, "the answer is lost"));
            }
            return Optional.empty();
        });

        uploadAll(4);

        assertThat(sabakan.requests())
                .filteredOn(("PUT /api/v1/images/coreos/" + OS)::equals)
                .hasSize(1);
    }

    @Test
    void namesAssetAndAddressWhenSabakanRefuses() throws Exception {
        sabakan.misbehave(request -> request.method().equals("PUT")
                ? Optional.of(Reply.of(409, "{\"error\":\"conflicted\"}"))
                : Optional.empty());

        try (NetbootContents contents = contents(4)) {
            assertThatThrownBy(contents::uploadCkeImages)
                    .hasMessageContaining("asset cybozu-")
                    .hasMessageContaining(sabakan.uri() + "/api/v1/assets/cybozu-")
                    .hasMessageContaining("Conflict: conflicted");
        }
        assertNothingIsLeft();
    }

    @Test
    void namesImageAndRegistryWhenItCannotBeFetched() throws Exception {
        internet.answer(request -> Reply.of(404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}"));

        try (NetbootContents contents = contents(1)) {
            assertThatThrownBy(contents::uploadCkeImages)
                    .hasMessageContaining("asset cybozu-")
                    .hasMessageContaining(registry() + "/v2/cybozu/");
        }
        assertNothingIsLeft();
    }

    @Test
    void tellsThatTheProxyIsNotReachable() throws Exception {
        String nobody = "127.0.0.1:" + Ports.free();

        try (WebClient proxied = new HttpClients().proxied(Optional.of("http://" + nobody));
                NetbootContents contents = contents(1, proxied)) {
            assertThatThrownBy(contents::uploadCkeImages)
                    .hasMessageContaining("cannot serve image quay.io/cybozu/")
                    .hasMessageContaining("through the proxy " + nobody);
        }
    }

    @Test
    void tellsWhyThereAreNoImagesOfCke() throws Exception {
        ckeImages = "panic: runtime error\n";

        try (NetbootContents contents = contents(1)) {
            assertThatThrownBy(contents::uploadCkeImages)
                    .hasMessageContaining("ckecli images")
                    .hasMessageContaining("panic: runtime error");
        }
    }

    @Test
    void refusesDhcpSettingsThatAreNone() throws Exception {
        try (NetbootContents contents = contents(1)) {
            write("/usr/share/neco/dhcp.json", "{\"lease-minutes\": \"60\"}");
            assertThatThrownBy(contents::setDhcp)
                    .hasMessageContaining("/usr/share/neco/dhcp.json is not valid")
                    .hasMessageContaining("lease-minutes");
            files.deleteIfExists("/usr/share/neco/dhcp.json");
            assertThatThrownBy(contents::setDhcp).hasMessageContaining("/usr/share/neco/dhcp.json is missing");
        }
        assertThat(sabakan.dhcp).isEmpty();
    }

    @Test
    void refusesWhatTheDiskHasNoRoomForBeforeItIsFull() throws Exception {
        internet.answer(request ->
                request.uri().startsWith("/amd64-usr/") ? Reply.of(200, "x").promising(1L << 60) : outside(request));

        assertThatThrownBy(this::uploadAll)
                .hasMessageContaining("cannot serve OS image " + OS)
                .hasMessageContaining("flatcar_production_pxe.vmlinuz")
                .hasMessageContaining("are free in");
        assertNothingIsLeft();
    }

    @Test
    void foretellsWhatItWouldChange() throws Exception {
        Netboot preview = preview();
        preview.uploadAll(store, VERSION);
        preview.uploadCkeImages();
        preview.setDhcp();

        assertThat(preview.changes())
                .hasSize(17)
                .contains("OS image " + OS, "asset containerd", "asset cybozu-pause-3.6.0.1.img", "DHCP settings");
        assertThat(sabakan.requests()).noneMatch(request -> request.startsWith("PUT"));

        uploadAll();
        try (NetbootContents contents = contents(1)) {
            contents.setDhcp();
        }
        Netboot again = preview();
        again.uploadAll(store, VERSION);
        again.setDhcp();
        assertThat(again.changes()).containsExactly("asset containerd");
    }

    private Netboot preview() throws IOException {
        try (NetbootContents contents = contents(1)) {
            return new NetbootPreview(contents.access());
        }
    }

    @Test
    void removesWhatAKilledProcessHasLeft() throws Exception {
        Path left = files.path("/var/lib/neco/contents/neco-contents-1");
        Files.createDirectories(left);
        Files.writeString(left.resolve(".lock"), "");
        Files.writeString(left.resolve("neco-1"), "half an image");

        try (NetbootContents inUse = contents(1);
                NetbootContents contents = contents(1)) {
            assertThat(left).doesNotExist();
            contents.uploadCkeImages();
            inUse.uploadIgnitions(store, VERSION);
        }
        assertNothingIsLeft();
    }

    private List<String> uploadAll() throws IOException, InterruptedException {
        return uploadAll(1);
    }

    private List<String> uploadAll(int attempts) throws IOException, InterruptedException {
        try (NetbootContents contents = contents(attempts)) {
            contents.uploadAll(store, VERSION);
            return contents.changes();
        }
    }

    private NetbootContents contents(int attempts) throws IOException {
        return contents(attempts, web);
    }

    private NetbootContents contents(int attempts, WebClient outside) throws IOException {
        Retry retry = new Retry(attempts, Duration.ofMillis(1), Duration.ofMillis(1), rest -> {}, new Random(1));
        ContentsTools tools = new ContentsTools(
                files,
                ArtifactSet.builtIn(),
                image -> image.fullName(true, "-secret"),
                new Ckecli(command -> ckecliFailures.getAndDecrement() > 0
                        ? new CommandResult(command, 1, "", "etcd is unreachable")
                        : new CommandResult(command, 0, ckeImages, "")),
                new ImageFetcher(
                        outside,
                        image -> image.fullName().replaceFirst("^[^/]+", registry()),
                        RegistryCredentials.ofDockerClient(files),
                        retry,
                        4),
                new OsImageFetcher(new ToInternet(), retry),
                new SabakanClient(web, sabakan.uri(), "root", Duration.ofSeconds(30)),
                retry);
        return new NetbootContents(new ContentsAccess(tools, List.of()), this::item);
    }

    private Progress.Item item(String what) {
        return new Progress.Item() {
            @Override
            public void doing(String phase, long total) {
                // the end tells
            }

            @Override
            public void reached(long bytes) {
                // the end tells
            }

            @Override
            public void ended(String outcome) {
                synchronized (told) {
                    told.add(what + ": " + outcome);
                }
            }
        };
    }

    private String registry() {
        return internet.uri().getAuthority();
    }

    /** A registry that has every image, and a mirror of the operating system. */
    private static Reply outside(Request request) {
        String path = request.uri();
        if (path.contains("/manifests/")) {
            return Reply.of(
                            200,
                            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\","
                                    + "\"config\":"
                                    + descriptor("application/vnd.docker.container.image.v1+json", CONFIG)
                                    + ",\"layers\":["
                                    + descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", LAYER) + "]}")
                    .with("Content-Type", "application/vnd.docker.distribution.manifest.v2+json");
        }
        for (String blob : List.of(CONFIG, LAYER)) {
            if (path.endsWith(digest(blob))) {
                return Reply.of(200, blob);
            }
        }
        return Reply.of(200, path.startsWith("/amd64-usr/") ? "a kernel or so" : "{}");
    }

    private static String descriptor(String type, String blob) {
        return "{\"mediaType\":\"" + type + "\",\"size\":" + blob.length() + ",\"digest\":\"" + digest(blob) + "\"}";
    }

    private static String digest(String blob) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(blob.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void request(Integer... servers) throws InterruptedException {
        OffsetDateTime begin = OffsetDateTime.of(2022, 5, 25, 0, 0, 0, 0, ZoneOffset.UTC);
        try (Leadership lock =
                store.campaign(ElectionName.UPDATER, "0", Duration.ofSeconds(10), Duration.ofSeconds(10))) {
            store.putRequest(new UpdateRequest(VERSION, List.of(servers), false, begin), lock.key());
        }
    }

    private void write(String path, String text) throws IOException {
        files.write(path, text, FileMode.WORLD_READABLE);
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(files.path("/var/lib/neco/contents"))) {
            assertThat(left).isEmpty();
        }
    }

    /** Takes requests to wherever to the server that plays the Internet. */
    private final class ToInternet implements Sender {
        @Override
        public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration deadline)
                throws IOException, InterruptedException {
            URI there = internet.uri().resolve(request.uri().getRawPath());
            return web.send(HttpRequest.newBuilder(there).GET().build(), handler, deadline);
        }
    }
}
