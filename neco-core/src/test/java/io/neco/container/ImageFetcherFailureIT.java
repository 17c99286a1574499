package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.artifact.ContainerImage;
import io.neco.contents.ContentsTools;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.http.WebClient;
import io.neco.http.testing.TestConnectProxy;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.store.testing.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registry or the way to it can do to a fetch. */
class ImageFetcherFailureIT {
    private static final int ATTEMPTS = 4;
    private static final int SIZE = 300_000;
    private static final TestImage IMAGE = TestImage.of(true, SIZE, 1, 2);
    private static final byte[] LAYER = IMAGE.layers().get(1);

    @TempDir
    Path dir;

    private final FakeRegistry registry = new FakeRegistry(IMAGE);
    private final List<Duration> pauses = new ArrayList<>();
    private final WebClient client = new HttpClients().local();

    @AfterEach
    void close() {
        client.close();
        registry.close();
    }

    @Test
    void goesOnInTheMiddleOfALayerAfterACut() throws Exception {
        int cutAt = 200_000;
        registry.misbehave(request -> request.uri().equals(registry.blobPath(LAYER))
                        && !request.headers().containsKey("Range")
                ? Optional.of(
                        Reply.of(200, java.util.Arrays.copyOf(LAYER, cutAt)).promising(LAYER.length))
                : Optional.empty());

        fetch();

        List<String> ranges = registry.requests().stream()
                .filter(request -> request.uri().equals(registry.blobPath(LAYER)))
                .map(request -> request.headers().getOrDefault("Range", "from the beginning"))
                .toList();
        assertThat(ranges).containsExactly("from the beginning", "bytes=" + cutAt + "-");
        assertThat(entry(LAYER)).isEqualTo(LAYER);
    }

    @Test
    void givesUpAfterTooManyCutsAndKeepsWhatWasThere() throws Exception {
        Files.writeString(target(), "old");
        registry.misbehave(request -> request.uri().equals(registry.blobPath(LAYER))
                ? Optional.of(
                        Reply.of(200, java.util.Arrays.copyOf(LAYER, 1000)).promising(LAYER.length))
                : Optional.empty());

        assertThatThrownBy(this::fetch)
                .hasMessageContaining(registry.address(registry.blobPath(LAYER)))
                .hasMessageContaining("received 1000 of " + LAYER.length + " bytes")
                .hasMessageContaining("check that this host reaches " + registry.name());
        assertThat(count(registry.blobPath(LAYER))).isEqualTo(ATTEMPTS);
        assertThat(target()).hasContent("old");
        assertNothingBeside();
    }

    @Test
    void aSecondCallNeedsOnlyWhatTheFirstOneDidNotGet() throws Exception {
        registry.misbehave(request ->
                request.uri().equals(registry.blobPath(LAYER)) ? Optional.of(Reply.of(404, "gone")) : Optional.empty());
        try (ImageFetcher fetcher = fetcher(client)) {
            assertThatThrownBy(() -> fetcher.fetch(image(), target())).hasMessageContaining("404");
            registry.misbehave(request -> Optional.empty());

            fetcher.fetch(image(), target());
        }

        assertThat(count(registry.blobPath(IMAGE.layers().get(0)))).isOne();
        assertThat(entry(LAYER)).isEqualTo(LAYER);
    }

    @Test
    void refusesALayerWithAnotherDigest() {
        byte[] other = LAYER.clone();
        other[SIZE / 2] ^= 1;
        registry.misbehave(request ->
                request.uri().equals(registry.blobPath(LAYER)) ? Optional.of(Reply.of(200, other)) : Optional.empty());

        assertThatThrownBy(this::fetch)
                .hasMessageContaining("cannot fetch image " + image().fullName())
                .hasMessageContaining("GET " + registry.address(registry.blobPath(LAYER)))
                .hasMessageContaining(
                        "with SHA-256 digest " + TestImage.digest(other).substring(7))
                .hasMessageContaining("push the image to " + registry.name() + " again");
        assertThat(count(registry.blobPath(LAYER))).isOne();
        assertThat(target()).doesNotExist();
    }

    @Test
    void refusesAManifestWithAnotherDigest() {
        registry.misbehave(request -> request.uri().equals(registry.manifestPath())
                ? Optional.of(registry.answer(request).with("Docker-Content-Digest", "sha256:" + "0".repeat(64)))
                : Optional.empty());

        assertThatThrownBy(this::fetch).hasMessageContaining("but expected sha256:0000");
    }

    @Test
    void tellsThatThereIsNoSuchTag() {
        registry.misbehave(request -> Optional.of(
                Reply.of(404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}")));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("cannot fetch image " + image().fullName() + " to " + target())
                .hasMessageContaining("GET " + registry.address(registry.manifestPath()) + ": status code 404")
                .hasMessageContaining("MANIFEST_UNKNOWN")
                .hasMessageContaining("check that " + registry.name() + " has cybozu/tool:1.2.3");
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void waitsAsLongAsTheRegistryAsks() throws Exception {
        AtomicInteger refusals = new AtomicInteger(2);
        registry.misbehave(request -> refusals.getAndDecrement() > 0
                ? Optional.of(Reply.of(429, "slow down").with("Retry-After", "7"))
                : Optional.empty());

        fetch();

        assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
    }

    @Test
    void comparesADateToComeBackAtWithTheRegistrysClock() throws Exception {
        AtomicInteger refusals = new AtomicInteger(1);
        registry.misbehave(request -> refusals.getAndDecrement() > 0
                ? Optional.of(Reply.of(503, "").with("Retry-After", "Wed, 25 May 2022 00:00:00 GMT"))
                : Optional.empty());
        fetch();
        assertThat(pauses).as("the time has come").allMatch(pause -> pause.toMillis() <= 1);

        registry.misbehave(
                request -> Optional.of(Reply.of(503, "").with("Retry-After", "Fri, 31 Dec 9999 00:00:00 GMT")));
        assertThatThrownBy(this::fetch).hasMessageContaining("the server asks to wait 2");
    }

    @Test
    void doesNotWaitForHoursNorAskForEver() {
        registry.misbehave(request -> Optional.of(Reply.of(429, "").with("Retry-After", "3600")));
        assertThatThrownBy(this::fetch)
                .hasMessageContaining("status code 429")
                .hasMessageContaining("the server asks to wait 3600 s")
                .hasMessageContaining("log in to raise it");
        assertThat(registry.requests()).hasSize(1);

        registry.misbehave(request -> Optional.of(Reply.of(429, "toomanyrequests")));
        assertThatThrownBy(this::fetch).hasMessageContaining("toomanyrequests");
        assertThat(registry.requests()).hasSize(1 + ATTEMPTS);
    }

    @Test
    void triesAgainWhenTheRegistryIsBrokenButNotForEver() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        registry.misbehave(request -> failures.getAndDecrement() > 0
                ? Optional.of(Reply.of(500, "{\"errors\":[{\"code\":\"UNKNOWN\"}]}"))
                : Optional.empty());
        fetch();

        registry.misbehave(request -> Optional.of(Reply.of(500, "oops")));
        assertThatThrownBy(this::fetch)
                .hasMessageContaining("status code 500")
                .hasMessageContaining("try again when " + registry.name() + " is well");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"schemaVersion\":1,\"name\":\"cybozu/tool\",\"fsLayers\":[]}",
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.example.thing+json\"}",
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{\"mediaType\":"
                        + "\"application/vnd.cncf.helm.config.v1+json\",\"digest\":"
                        + "\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"size\":0}}",
                "{\"schemaVersion\":2,\"manifests\":[{\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}}]}",
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{}}",
                "<html>welcome</html>"
            })
    void refusesWhatIsNoImage(String manifest) {
        registry.misbehave(request -> Optional.of(
                Reply.of(200, manifest).with("Content-Type", "application/vnd.docker.distribution.manifest.v1+json")));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("GET " + registry.address(registry.manifestPath()) + ": ")
                .hasMessageContaining("as one for linux/amd64");
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void anIndexThatTellsNoPlatformIsOneForThisHost() throws Exception {
        String digest = TestImage.digest(IMAGE.manifest());
        registry.misbehave(request -> {
            if (request.uri().equals(registry.manifestPath())) {
                return Optional.of(Reply.of(
                                200,
                                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + IMAGE.manifestType()
                                        + "\",\"digest\":\"" + digest + "\",\"size\":1}]}")
                        .with("Content-Type", "application/vnd.oci.image.index.v1+json"));
            }
            return request.uri().endsWith("/manifests/" + digest)
                    ? Optional.of(Reply.of(200, IMAGE.manifest()).with("Content-Type", IMAGE.manifestType()))
                    : Optional.empty();
        });

        fetch();

        assertThat(entry(LAYER)).isEqualTo(LAYER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://192.0.2.1/auth", "http://127.0.0.1.example/auth", "ftp://127.0.0.1/auth"})
    void noPasswordLeavesThisHostUnencrypted(String realm) throws Exception {
        registry.misbehave(request -> Optional.of(
                Reply.of(401, "").with("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"r\"")));
        login("user", "secret");

        assertThatThrownBy(this::fetch)
                .hasMessageContaining("sends us to \"" + realm + "\" for a token, which is no https address");
    }

    @Test
    void showsTheTokenThatPasswordBuysAndRenewsItWhenItExpires() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        try (TestHttpServer authority =
                new TestHttpServer(request -> Reply.of(200, "{\"token\":\"t" + tokens.incrementAndGet() + "\"}"))) {
            // a token is good for the manifest and one blob
            registry.misbehave(request -> {
                String expected = "Bearer t" + (registry.requests().size() > 4 ? 2 : 1);
                return expected.equals(request.headers().get("Authorization"))
                        ? Optional.empty()
                        : Optional.of(
                                Reply.of(401, "{}")
                                        .with(
                                                "WWW-Authenticate",
                                                "Bearer realm=\"" + authority.uri()
                                                        + "/auth\",service=\"reg.example\",scope=\"repository:cybozu/tool:pull\""));
            });
            login("user", "pass word");

            fetch();

            assertThat(tokens).hasValue(2);
            assertThat(authority.requests()).allSatisfy(request -> {
                assertThat(request.uri())
                        .isEqualTo("/auth?service=reg.example&scope=repository%3Acybozu%2Ftool%3Apull");
                assertThat(request.headers()).containsEntry("Authorization", basic("user:pass word"));
            });
            assertThat(registry.requests())
                    .as("the registry itself never sees the password")
                    .noneMatch(request ->
                            request.headers().getOrDefault("Authorization", "").startsWith("Basic"));
        }
    }

    @Test
    void showsUserAndPasswordToARegistryThatWantsThem() throws Exception {
        registry.misbehave(
                request -> basic("user:secret").equals(request.headers().get("Authorization"))
                        ? Optional.empty()
                        : Optional.of(Reply.of(401, "").with("WWW-Authenticate", "Basic realm=\"x\"")));
        login("user", "secret");
        fetch();

        login("user", "wrong");
        assertThatThrownBy(this::fetch)
                .hasMessageContaining("status code 401")
                .hasMessageContaining("check the login")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void tellsThatTheTokenServerRefuses() throws Exception {
        try (TestHttpServer authority = new TestHttpServer(request -> Reply.of(401, "unauthorized: bad password"))) {
            registry.misbehave(request -> Optional.of(Reply.of(401, "")
                    .with("WWW-Authenticate", "Bearer realm=\"" + authority.uri() + "/auth\",service=\"r\"")));
            login("user", "wrong-secret");

            assertThatThrownBy(this::fetch)
                    .hasMessageContaining("GET " + authority.uri() + "/auth: status code 401")
                    .hasMessageContaining("bad password")
                    .hasMessageContaining("check the login")
                    .hasMessageNotContaining("wrong-secret");
        }
    }

    @Test
    void doesNotShowATokenThatCannotBeUsed() throws Exception {
        for (String answer : List.of("{\"token\":\"hidden\\ntoken\"}", "{\"token\":\"\"}", "hidden")) {
            try (TestHttpServer authority = new TestHttpServer(request -> Reply.of(200, answer))) {
                registry.misbehave(request -> Optional.of(Reply.of(401, "")
                        .with("WWW-Authenticate", "Bearer realm=\"" + authority.uri() + "/auth\",service=\"r\"")));

                assertThatThrownBy(this::fetch)
                        .as(answer)
                        .hasMessageContaining(
                                "the answer of " + authority.uri() + "/auth has no token that can be used")
                        .hasMessageNotContaining("hidden");
            }
        }
    }

    @Test
    void doesNotShowSecretsToTheServerThatHasTheContent() throws Exception {
        try (TestHttpServer content = new TestHttpServer(registry::answer)) {
            registry.misbehave(request -> {
                if (!basic("user:secret").equals(request.headers().get("Authorization"))) {
                    return Optional.of(Reply.of(401, "").with("WWW-Authenticate", "Basic realm=\"x\""));
                }
                return request.uri().contains("/blobs/")
                        ? Optional.of(Reply.of(307, "").with("Location", content.uri() + request.uri()))
                        : Optional.empty();
            });
            login("user", "secret");

            fetch();

            assertThat(content.requests())
                    .hasSize(3)
                    .allSatisfy(request -> assertThat(request.headers()).doesNotContainKey("Authorization"));
        }
    }

    @Test
    void tellsThatTheProxyDoesNotAnswer() throws Exception {
        int nobody = Ports.free();
        try (WebClient proxied = new HttpClients().proxied(Optional.of("http://127.0.0.1:" + nobody));
                ImageFetcher fetcher = fetcher(proxied)) {
            assertThatThrownBy(() -> fetcher.fetch(image(), target()))
                    .hasMessageContaining("GET " + registry.address(registry.manifestPath()))
                    .hasMessageContaining("through the proxy 127.0.0.1:" + nobody)
                    .hasMessageContaining("cannot connect")
                    .hasMessageContaining("`neco config get proxy`");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403 Forbidden, let the proxy open tunnels to that server",
        "407 Proxy Authentication Required, give the proxy's user and password"
    })
    void aProxyThatRefusesATunnelEndsTheFetchAtOnce(String refusal, String advice) throws Exception {
        try (TestConnectProxy proxy = new TestConnectProxy(new InetSocketAddress(0), "me:secret");
                WebClient proxied = new HttpClients()
                        .proxied(Optional.of(proxy.uri("me:secret").toString()));
                ImageFetcher fetcher = fetcher(proxied)) {
            proxy.refuse("quay.io:443", refusal);

            assertThatThrownBy(() -> fetcher.fetch(ContainerImage.parse("quay.io/cybozu/tool:1"), target()))
                    .hasMessageContaining("the proxy opens no tunnel: status code " + refusal.substring(0, 3))
                    .hasMessageContaining(advice)
                    .hasMessageNotContaining("secret")
                    .matches(e -> !ContentsTools.mayPass((IOException) e), "will not pass by itself");
            assertThat(proxy.refused()).isOne();
        }
    }

    @Test
    void goesThroughTheProxy() throws Exception {
        try (TestHttpServer proxy = new TestHttpServer(request -> registry.answer(new Request(
                        request.method(),
                        request.uri().replaceFirst("^http://[^/]*", ""),
                        request.headers(),
                        request.body())));
                WebClient proxied =
                        new HttpClients().proxied(Optional.of(proxy.uri().toString()));
                ImageFetcher fetcher = fetcher(proxied)) {
            fetcher.fetch(image(), target());
        }

        assertThat(registry.requests()).isEmpty();
        assertThat(entry(LAYER)).isEqualTo(LAYER);
    }

    @Test
    void saysBeforehandThatThereIsNoRoom() throws Exception {
        Path small = Files.createDirectories(dir.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small.toString());
        try {
            assertThatThrownBy(() -> fetch(small.resolve("x.img")))
                    .hasMessageContaining("are free in " + small)
                    .hasMessageContaining("see to it that " + small + " can be written and has room");
            assertThat(small).isEmptyDirectory();
            assertThat(registry.requests()).as("only the manifest").hasSize(1);
        } finally {
            run("umount", small.toString());
        }
    }

    @Test
    void saysThatTheDiskBecameFullMeanwhile() throws Exception {
        Path small = Files.createDirectories(dir.resolve("filling"));
        run("mount", "-t", "tmpfs", "-o", "size=800k", "tmpfs", small.toString());
        try {
            registry.misbehave(request -> {
                if (request.uri().equals(registry.blobPath(LAYER))) {
                    occupy(small.resolve("other"));
                }
                return Optional.empty();
            });

            assertThatThrownBy(() -> fetch(small.resolve("x.img")))
                    .hasMessageContaining("GET " + registry.address(registry.blobPath(LAYER)))
                    .hasMessageContaining("are free in " + small)
                    .hasMessageContaining("see to it that " + small + " can be written and has room");
            assertThat(small).isDirectoryNotContaining("glob:**.part");
        } finally {
            run("umount", small.toString());
        }
    }

    @Test
    void anInterruptEndsAFetchAndLeavesNothing() throws Exception {
        Thread fetching = Thread.currentThread();
        registry.misbehave(request -> {
            if (request.uri().equals(registry.blobPath(LAYER))) {
                fetching.interrupt();
            }
            return Optional.empty();
        });

        assertThatThrownBy(this::fetch).isInstanceOf(InterruptedException.class);

        assertThat(target()).doesNotExist();
        assertNothingBeside();
    }

    private void fetch() throws IOException, InterruptedException {
        fetch(target());
    }

    private void fetch(Path target) throws IOException, InterruptedException {
        try (ImageFetcher fetcher = fetcher(client)) {
            fetcher.fetch(image(), target);
        }
    }

    private ImageFetcher fetcher(WebClient web) {
        Retry retry = new Retry(ATTEMPTS, Duration.ofMillis(1), Duration.ofMillis(1), pauses::add, new Random(1));
        return new ImageFetcher(web, ContainerImage::fullName, RegistryCredentials.ofDockerClient(host()), retry, 2);
    }

    private HostFiles host() {
        return new HostFiles(new HostRoot(dir.resolve("host")));
    }

    private void login(String user, String password) throws IOException {
        host().write(
                        RegistryCredentials.DOCKER_CONFIG_FILE,
                        "{\"auths\":{\"" + registry.name() + "\":{\"username\":\"" + user + "\",\"password\":\""
                                + password + "\"}}}",
                        FileMode.PRIVATE);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private ContainerImage image() {
        return new ContainerImage("tool", registry.name() + "/" + FakeRegistry.REPOSITORY, FakeRegistry.TAG, false);
    }

    private Path target() {
        return dir.resolve("tool.img");
    }

    private long count(String path) {
        Predicate<Request> isIt = request -> request.uri().equals(path);
        return registry.requests().stream().filter(isIt).count();
    }

    /** The content of a layer's entry. */
    private byte[] entry(byte[] layer) throws Exception {
        String name = TestImage.digest(layer).substring(7) + ".tar.gz";
        Process tar = new ProcessBuilder("tar", "-xOf", target().toString(), name).start();
        byte[] content = tar.getInputStream().readAllBytes();
        assertThat(tar.waitFor()).isZero();
        return content;
    }

    private void assertNothingBeside() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".part"));
        }
    }

    private static void occupy(Path file) {
        try {
            Files.write(file, new byte[250_000]);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
