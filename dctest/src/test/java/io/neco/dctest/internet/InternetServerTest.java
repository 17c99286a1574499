package io.neco.dctest.internet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kohsuke.github.GHFileNotFoundException;
import org.kohsuke.github.GHRelease;
import org.kohsuke.github.GitHub;
import org.kohsuke.github.GitHubBuilder;
import org.kohsuke.github.extras.HttpClientGitHubConnector;

/** The server with real clients, over plain HTTP: each reaches the host names by taking the server for its proxy. */
class InternetServerTest {
    private static final String FILE =
            "http://objects.githubusercontent.com/cybozu-go/neco/releases/download/release-2022.05.25-1/neco.deb";

    @TempDir
    Path directory;

    private StateFixture state;
    private InternetServer server;
    private HttpClient client;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void start() throws IOException {
        state = new StateFixture(directory);
        state.release("release-2022.05.25-1", "2022-05-25T01:00:00Z", false, Map.of("neco.deb", "0123456789"));
        server = new InternetServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                InternetServer.sites(directory, Clock.systemUTC(), "http"),
                new PrintStream(log, true, StandardCharsets.UTF_8));
        client = HttpClient.newBuilder()
                .proxy(ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port())))
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void servesTheClientLibraryOfGitHub() throws IOException {
        for (int day = 10; day < 20; day++) {
            state.release("release-2022.06." + day + "-" + day, "2022-06-" + day + "T01:00:00Z", true, Map.of());
        }
        var repository = gitHub().getRepository("cybozu-go/neco");

        var latest = repository.getLatestRelease();
        var all = repository.listReleases().withPageSize(3).toList();

        assertThat(latest.getTagName()).isEqualTo("release-2022.05.25-1");
        assertThat(latest.listAssets().toList()).singleElement().satisfies(asset -> {
            assertThat(asset.getName()).isEqualTo("neco.deb");
            assertThat(asset.getSize()).isEqualTo(10);
            assertThat(asset.getBrowserDownloadUrl()).endsWith("/release-2022.05.25-1/neco.deb");
        });
        assertThat(all).hasSize(11).extracting(GHRelease::getTagName).startsWith("release-2022.06.19-19");
        assertThat(gitHub().getRateLimit().getCore().getLimit()).isEqualTo(5000);
    }

    @Test
    void tellsTheClientLibraryOfGitHubThatThereIsNothing() {
        assertThatThrownBy(() -> gitHub().getRepository("nobody/nothing")).isInstanceOf(GHFileNotFoundException.class);
    }

    @Test
    void answersHeadWithTheLengthAlone() throws IOException, InterruptedException {
        var reply = send(HttpRequest.newBuilder(URI.create(FILE)).method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.headers().firstValue("Content-Length")).contains("10");
        assertThat(reply.body()).isEmpty();
    }

    @Test
    void dropsTheConnectionInTheMiddleOfADownload() throws IOException {
        state.fault("download=cut");

        assertThatThrownBy(() -> send(HttpRequest.newBuilder(URI.create(FILE)))).isInstanceOf(IOException.class);
    }

    @Test
    void goesOnWithADownloadWhereItBroke() throws IOException, InterruptedException {
        var reply = send(HttpRequest.newBuilder(URI.create(FILE)).header("Range", "bytes=6-"));

        assertThat(reply.statusCode()).isEqualTo(206);
        assertThat(reply.body()).isEqualTo("6789");
    }

    @Test
    void leadsFromTheAddressOfAnAssetToTheFile() throws IOException {
        var asset = gitHub().getRepository("cybozu-go/neco")
                .getLatestRelease()
                .listAssets()
                .toList()
                .get(0);
        var following = HttpClient.newBuilder()
                .proxy(client.proxy().orElseThrow())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();

        assertThat(following
                        .sendAsync(
                                HttpRequest.newBuilder(URI.create(asset.getBrowserDownloadUrl()))
                                        .timeout(Duration.ofSeconds(20))
                                        .build(),
                                BodyHandlers.ofString())
                        .join()
                        .body())
                .isEqualTo("0123456789");
    }

    @Test
    void saysSoWhenItDoesNotPlayAHost() throws IOException, InterruptedException {
        var reply = send(HttpRequest.newBuilder(URI.create("http://www.example.com/")));

        assertThat(reply.statusCode()).isEqualTo(421);
        assertThat(reply.body()).contains("www.example.com");
    }

    @Test
    void logsEachRequest() throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create(FILE)));

        org.awaitility.Awaitility.await("the line in the log")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(log.toString(StandardCharsets.UTF_8))
                        .contains("GET objects.githubusercontent.com")
                        .contains("-> 200 10"));
    }

    @Test
    void takesTheClientsAddressFromTheServerBeforeIt() throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create(FILE)).header("X-Real-IP", "10.69.0.3"));

        org.awaitility.Awaitility.await("the line in the log")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(log.toString(StandardCharsets.UTF_8))
                        .contains("10.69.0.3 GET objects.githubusercontent.com"));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    private GitHub gitHub() throws IOException {
        return new GitHubBuilder()
                .withEndpoint("http://api.github.com")
                .withConnector(new HttpClientGitHubConnector(client))
                .build();
    }
}
