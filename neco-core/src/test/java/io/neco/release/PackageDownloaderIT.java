package io.neco.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.neco.artifact.DebianPackage;
import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a package that cannot be had: what, from where, and what an operator does. */
class PackageDownloaderIT {
    private static final String CONTENT = "no package, but the downloader does not care";
    private static final String WRONG_DIGEST = "0".repeat(64);
    private static final String REPLACE =
            "; `neco retry` downloads it again; if it is the same then, replace it in the release";

    @TempDir
    Path directory;

    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(404, ""));
    private final PackageDownloader downloader = new PackageDownloader(
            new HttpClients(),
            server.uri(),
            Clock.systemUTC(),
            new Retry(2, Duration.ofMillis(1), Duration.ofMillis(1), pause -> {}, new Random(1)));

    @AfterEach
    void close() {
        server.close();
    }

    private void release(int size, String digest, Reply file) {
        server.answer(request -> request.uri().equals("/neco_1.deb")
                ? file
                : Reply.of(
                        200,
                        "{\"id\":1,\"tag_name\":\"release-1\",\"assets\":[{\"id\":2,\"name\":\"neco_1.deb\",\"size\":"
                                + size
                                + (digest.isEmpty() ? "" : ",\"digest\":\"sha256:" + digest + "\"")
                                + ",\"browser_download_url\":\"" + server.uri() + "/neco_1.deb\"}]}"));
    }

    private Path target() {
        return directory.resolve("packages/neco_1.deb");
    }

    private ThrowableAssertAlternative<IOException> assertNotReceived() {
        return assertThatIOException()
                .isThrownBy(() -> downloader.fetch(
                        new DebianPackage("neco", "cybozu-go", "neco", "release-1"),
                        Optional.empty(),
                        Optional.empty(),
                        target()))
                .withMessageStartingWith("cannot download " + server.uri() + "/neco_1.deb to " + target() + ": ");
    }

    @Test
    void aWrongDigestIsToldWithBothDigestsAndTheCure() {
        release(CONTENT.length(), WRONG_DIGEST, Reply.of(200, CONTENT));

        assertNotReceived()
                .withMessageContaining("but expected " + WRONG_DIGEST)
                .withMessageEndingWith(REPLACE);
    }

    @Test
    void aWrongSizeIsToldWithBothSizesAndTheCure() {
        release(7, "", Reply.of(200, CONTENT));

        assertNotReceived()
                .withMessageEndingWith(
                        "the server offers " + CONTENT.length() + " bytes, but 7 are expected" + REPLACE);
    }

    @Test
    void aDownloadThatIsCutOffIsToldWithWhatCameAndTheCure() {
        release(1000, "", Reply.of(200, CONTENT).promising(1000));

        assertNotReceived()
                .withMessageContaining("received " + CONTENT.length() + " of 1000 bytes")
                .withMessageEndingWith(
                        "; look at the network, the proxy (`neco config get proxy`) and the server, then `neco retry`");
    }

    @Test
    void aFileThatTheServerRefusesIsToldWithTheStatusAndTheCure() {
        release(CONTENT.length(), "", Reply.of(403, "not for you"));

        assertNotReceived()
                .withMessageContaining("status code 403 is not a success: not for you")
                .withMessageEndingWith("or upload it again, then `neco retry`");
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsToldWithTheCure() throws IOException {
        release(CONTENT.length(), "", Reply.of(200, CONTENT));
        Files.writeString(directory.resolve("packages"), "in the way");

        assertNotReceived()
                .withMessageContaining("cannot create a file there")
                .withMessageEndingWith(
                        "; see that there is room and that the directory can be written, then `neco retry`");
        assertThat(server.requests()).noneMatch(request -> request.uri().equals("/neco_1.deb"));
    }
}
