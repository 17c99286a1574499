package io.neco.tools.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.artifact.DebianPackage;
import io.neco.artifact.OsImage;
import io.neco.dctest.internet.Faults;
import io.neco.dctest.internet.GitHubApi;
import io.neco.dctest.internet.InternetServer;
import io.neco.dctest.internet.ReleaseStore;
import io.neco.http.Retry;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.tools.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole program against a registry, a release server with GitHub's API, and a feed. */
class GenerateArtifactsIT {
    private static final String FEED =
            "{\"current\":{\"channel\":\"stable\"},\"3139.2.1\":{},\"3139.2.2\":{},\"3033.2.4\":{}}";

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, Reply> replies = new TreeMap<>();
    private final TestHttpServer web = new TestHttpServer(this::answer);
    private InternetServer gitHub;
    private Path set;

    @BeforeEach
    void offerNewerVersions() throws IOException {
        var store = new ReleaseStore(dir.resolve("releases"));
        var faults = new Faults(dir.resolve("faults.properties"));
        gitHub = new InternetServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Map.of("127.0.0.1", new GitHubApi(store, faults, Clock.systemUTC(), "http")),
                new PrintStream(OutputStream.nullOutputStream()));
        release("v1.4.0", "2022-05-01T00:00:00Z", false);
        release("v1.4.1", "2022-05-20T00:00:00Z", false);
        release("v1.5.0-rc.1", "2022-05-21T00:00:00Z", true);
        replies.put("/v2/cybozu/etcd/tags/list", tags("3.5.4.1", "3.5.10.1", "3.6.0-rc.1", "4.0.0.1", "3.5", "latest"));
        replies.put("/v2/cybozu/setup-hw/tags/list", tags("1.12.0", "1.12.1"));
        replies.put("/releases-stable.json", Reply.of(200, FEED));
        set = Files.writeString(
                dir.resolve("artifacts.yml"), ArtifactSetText.of(set("3.5.4.1", "1.12.0", "v1.4.0", "3139.2.1")));
    }

    @AfterEach
    void close() {
        gitHub.close();
        web.close();
    }

    @Test
    void writesTheSetWithTheNewestVersionsThatAreNoPreReleases() throws Exception {
        int status = run();

        assertThat(status).as(err.toString()).isZero();
        assertThat(ArtifactSet.load(Files.writeString(dir.resolve("new.yml"), out.toString())))
                .isEqualTo(set("4.0.0.1", "1.12.1", "v1.4.1", "3139.2.2"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void forAReleaseImagesKeepToTheirMajorVersion() throws Exception {
        assertThat(run("--release")).as(err.toString()).isZero();

        assertThat(out.toString()).isEqualTo(ArtifactSetText.of(set("3.5.10.1", "1.12.1", "v1.4.1", "3139.2.2")));
    }

    @Test
    void passesIgnoredVersionsOverAndWarnsOfEntriesThatConcernNothing() throws Exception {
        Path ignore = Files.writeString(
                dir.resolve("ignore.yaml"), """
                images: [ { repository: %s/cybozu/etcd, versions: [ 4.0.0.1 ] }, { repository: quay.io/x, versions: [] } ]
                debs: [ { name: etcdpasswd, versions: [ v1.4.1 ] } ]
                osImage: [ { channel: stable, versions: [ 3139.2.2 ] } ]
                """.formatted(web.uri().getAuthority()));

        assertThat(run("--ignore-file", ignore.toString())).as(err.toString()).isZero();

        assertThat(out.toString()).isEqualTo(ArtifactSetText.of(set("3.5.10.1", "1.12.1", "v1.4.0", "3139.2.1")));
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("generate-artifacts: warning: the ignore file has an entry for"
                        + " images: quay.io/x, which is not in the set");
    }

    @Test
    void checkTellsWhatIsOutdatedByItsStatus() throws Exception {
        String before = Files.readString(set);

        assertThat(run("--check")).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        "image etcd: 3.5.4.1 -> 4.0.0.1",
                        "image setup-hw: 1.12.0 -> 1.12.1",
                        "deb etcdpasswd: v1.4.0 -> v1.4.1",
                        "os-image stable: 3139.2.1 -> 3139.2.2");
        assertThat(Files.readString(set)).isEqualTo(before);
    }

    @Test
    void checkIsSatisfiedAfterWrite() throws Exception {
        assertThat(run("--write")).as(err.toString()).isZero();
        out.getBuffer().setLength(0);

        assertThat(run("--check")).as(err.toString()).isZero();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void showsTheTokenToTheReleaseServerOnly() throws Exception {
        assertThat(run(Map.of("GITHUB_TOKEN", "s3cret"))).as(err.toString()).isZero();

        assertThat(web.requests())
                .hasSize(3)
                .allSatisfy(r -> assertThat(r.headers()).doesNotContainKey("Authorization"));
    }

    @ParameterizedTest
    @CsvSource({
        "unauthorized, status 401: {\"message\":\"Bad credentials\"",
        "rate-limit, the rate limit of 127.0.0.1 is used up until",
        "not-found, does not know the repository (404)",
        "server-error, status 500",
        "malformed, deb etcdpasswd: cannot get the releases of cybozu-go/etcdpasswd"
    })
    void tellsWhatIsWrongWithTheReleaseServer(String fault, String message) throws Exception {
        Files.writeString(dir.resolve("faults.properties"), "api=" + fault + "\n");

        assertThat(run()).isEqualTo(2);

        assertThat(err.toString())
                .startsWith("generate-artifacts: deb etcdpasswd: ")
                .contains(message);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).doesNotContain("neco config");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"401", "404", "429", "500"})
    void tellsWhatIsWrongWithARegistry(int code) throws Exception {
        replies.put("/v2/cybozu/setup-hw/tags/list", Reply.of(code, "{\"errors\":[]}"));

        assertThat(run()).isEqualTo(2);

        assertThat(err.toString())
                .startsWith("generate-artifacts: cannot list the tags of "
                        + web.uri().getAuthority() + "/cybozu/setup-hw: GET ")
                .contains("status code " + code);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "404, gone, status code 404",
        "500, broken, status code 500",
        "200, <html>, the feed is not JSON",
        "200, [], the feed is not a JSON object",
        "200, '{\"current\":{}}', no version to choose among 0 on offer",
        "200, '{\"tomorrow\":{}}', '\"tomorrow\" is no version'"
    })
    void tellsWhatIsWrongWithTheFeed(int code, String body, String message) throws Exception {
        replies.put("/releases-stable.json", Reply.of(code, body));

        assertThat(run()).isEqualTo(2);

        assertThat(err.toString().lines()).hasSize(1).first().asString().contains(message);
    }

    @Test
    void tellsThatThereIsNoVersionWhereTheReferencePanics() throws Exception {
        replies.put("/v2/cybozu/etcd/tags/list", tags("latest", "4.0.0.1"));

        assertThat(run("--release")).isEqualTo(2);

        assertThat(err.toString())
                .contains("image " + web.uri().getAuthority()
                        + "/cybozu/etcd: no version to choose among 2 on offer (wanted: a"
                        + " release of major version 3)");
    }

    @Test
    void tellsThatNobodyAnswers() throws Exception {
        web.close();

        assertThat(run()).isEqualTo(2);

        assertThat(err.toString()).contains("cannot connect");
    }

    @ParameterizedTest
    @CsvSource({
        "--check --write, mutually exclusive",
        "--ignore-file /nowhere/ignore.yaml, the ignore file /nowhere/ignore.yaml does not exist",
        "--no-such-option, --no-such-option"
    })
    void refusesWrongCalls(String arguments, String message) throws Exception {
        assertThat(run(arguments.split(" "))).isEqualTo(2);

        assertThat(err.toString()).startsWith("generate-artifacts: ").contains(message);
        assertThat(web.requests()).isEmpty();
    }

    private int run(String... more) throws IOException {
        return run(Map.of(), more);
    }

    private int run(Map<String, String> environment, String... more) {
        var arguments = new ArrayList<>(List.of(
                "--set",
                set.toString(),
                "--github-api",
                "http://127.0.0.1:" + gitHub.port(),
                "--os-feed",
                web.uri() + "/releases-CHANNEL.json"));
        arguments.addAll(List.of(more));
        var retry = new Retry(2, Duration.ofMillis(1), Duration.ofMillis(1), pause -> {}, new Random(1));
        return new Tool(new GenerateArtifacts(environment, retry), 2)
                .run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(new String[0]));
    }

    private ArtifactSet set(String etcd, String setupHw, String etcdpasswd, String os) {
        String registry = web.uri().getAuthority() + "/cybozu/";
        return new ArtifactSet(
                List.of(
                        new ContainerImage("etcd", registry + "etcd", etcd, false),
                        new ContainerImage("setup-hw", registry + "setup-hw", setupHw, true)),
                List.of(new DebianPackage("etcdpasswd", "cybozu-go", "etcdpasswd", etcdpasswd)),
                new OsImage("stable", os));
    }

    private Reply answer(Request request) {
        return replies.getOrDefault(request.uri().replaceFirst("\\?.*", ""), Reply.of(404, "no such page"));
    }

    private static Reply tags(String... tags) {
        return Reply.of(200, "{\"tags\":[\"" + String.join("\",\"", tags) + "\"]}");
    }

    private void release(String tag, String created, boolean isPreRelease) throws IOException {
        Path release = Files.createDirectories(dir.resolve("releases/cybozu-go/etcdpasswd/" + tag + "/assets"));
        Files.writeString(
                release.resolveSibling("release.properties"),
                "created=" + created + "\nprerelease=" + isPreRelease + "\n");
    }
}
