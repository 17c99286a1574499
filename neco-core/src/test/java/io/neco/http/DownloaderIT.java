package io.neco.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloaderIT {
    private static final int SIZE = 300_000;
    private static final String CONTENT = content();

    @TempDir
    Path directory;

    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(200, CONTENT));
    private final Sender client = client();
    private final Retry retry = new Retry(4, Duration.ofMillis(1), Duration.ofMillis(1), duration -> {}, new Random(1));
    private final Downloader downloader = new Downloader(client, retry, Duration.ofSeconds(10));

    /** The client under test; the same is true of every one. */
    Sender client() {
        return new HttpClients().local();
    }

    @AfterEach
    void close() throws Exception {
        ((AutoCloseable) client).close();
        server.close();
    }

    @Test
    void replacesTheFileWhenSizeAndDigestAreRight() throws Exception {
        Files.writeString(target(), "old");

        long size = downloader.fetch(expecting(SIZE, sha256()));

        assertThat(size).isEqualTo(SIZE);
        assertThat(Files.readString(target(), StandardCharsets.ISO_8859_1)).isEqualTo(CONTENT);
        assertNothingElse();
    }

    @Test
    void goesOnWhereTheConnectionBroke() throws Exception {
        server.answer(request -> {
            int from = from(request);
            if (from == 0) {
                return Reply.of(200, CONTENT.substring(0, 100_000))
                        .promising(SIZE)
                        .with("ETag", "\"v1\"");
            }
            return Reply.of(206, CONTENT.substring(from))
                    .with("Content-Range", "bytes " + from + "-" + (SIZE - 1) + "/" + SIZE);
        });

        downloader.fetch(expecting(SIZE, sha256()));

        assertThat(Files.readString(target(), StandardCharsets.ISO_8859_1)).isEqualTo(CONTENT);
        List<Request> requests = server.requests();
        assertThat(requests).hasSize(2);
        assertThat(requests.get(1).headers())
                .containsEntry("If-Range", "\"v1\"")
                .containsKey("Range");
    }

    @Test
    void goesOnAsLongAsEachConnectionBringsSomething() throws Exception {
        int piece = 100_000;
        int cuts = 12;
        String content = "0123456789".repeat((cuts + 1) * piece / 10);
        server.answer(request -> {
            int from = from(request);
            int to = Math.min(from + piece, content.length());
            Reply reply = Reply.of(from == 0 ? 200 : 206, content.substring(from, to))
                    .promising(content.length() - from)
                    .with("ETag", "\"v1\"");
            return from == 0
                    ? reply
                    : reply.with(
                            "Content-Range", "bytes " + from + "-" + (content.length() - 1) + "/" + content.length());
        });

        downloader.fetch(Download.of(server.uri(), target()));

        assertThat(server.requests()).hasSize(cuts + 1);
        assertThat(Files.readString(target(), StandardCharsets.ISO_8859_1)).isEqualTo(content);
    }

    @Test
    void givesUpWhereEachConnectionBringsOnlyAFewBytes() throws IOException {
        server.answer(request -> {
            int from = from(request);
            Reply reply = Reply.of(from == 0 ? 200 : 206, CONTENT.substring(from, from + 100))
                    .promising(SIZE - from)
                    .with("ETag", "\"v1\"");
            return from == 0 ? reply : reply.with("Content-Range", "bytes " + from + "-" + (SIZE - 1) + "/" + SIZE);
        });

        assertThatIOException()
                .isThrownBy(() -> downloader.fetch(Download.of(server.uri(), target())))
                .withMessageContaining("received 400 of 300000 bytes: ");
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void startsAnewWhenTheFileChangedMeanwhile() throws Exception {
        server.answer(request -> server.requests().size() == 1
                ? Reply.of(200, "x".repeat(1000)).promising(SIZE).with("ETag", "\"v1\"")
                : Reply.of(200, CONTENT).with("ETag", "\"v2\""));

        downloader.fetch(Download.of(server.uri(), target()));

        assertThat(Files.readString(target(), StandardCharsets.ISO_8859_1)).isEqualTo(CONTENT);
    }

    @Test
    void startsAnewWhenTheServerSendsAnotherRange() throws Exception {
        server.answer(request -> switch (server.requests().size()) {
            case 1 -> Reply.of(200, CONTENT.substring(0, 1000)).promising(SIZE).with("ETag", "\"v1\"");
            case 2 -> Reply.of(206, "zzz").with("Content-Range", "bytes 0-2/" + SIZE);
            default -> Reply.of(200, CONTENT);
        });

        downloader.fetch(expecting(SIZE, sha256()));

        assertThat(server.requests()).hasSize(3);
        assertThat(Files.readString(target(), StandardCharsets.ISO_8859_1)).isEqualTo(CONTENT);
    }

    @Test
    void triesAgainWhenTheServerIsBroken() throws Exception {
        server.answer(request -> server.requests().size() < 3 ? Reply.of(502, "bad gateway") : Reply.of(200, CONTENT));

        downloader.fetch(Download.of(server.uri(), target()));

        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void doesNotTryAgainWhenThereIsNoSuchFile() throws IOException {
        server.answer(request -> Reply.of(404, "Not Found"));

        assertThatIOException()
                .isThrownBy(() -> downloader.fetch(Download.of(server.uri(), target())))
                .withMessage("cannot download " + server.uri() + " to " + target() + ": GET " + server.uri()
                        + ": status code 404 is not a success: Not Found");
        assertThat(server.requests()).hasSize(1);
        assertThat(target()).doesNotExist();
        assertNothingElse();
    }

    @Test
    void tellsHowMuchOfATruncatedFileItGot() throws IOException {
        server.answer(request -> Reply.of(200, "short").promising(SIZE));

        assertThatIOException()
                .isThrownBy(() -> downloader.fetch(Download.of(server.uri(), target())))
                .withMessageStartingWith(
                        "cannot download " + server.uri() + " to " + target() + ": received 5 of 300000 bytes: ");
        assertThat(server.requests()).hasSize(4);
        assertThat(target()).doesNotExist();
        assertNothingElse();
    }

    @Test
    void refusesAFileOfAnotherSizeBeforeItIsRead() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> downloader.fetch(expecting(SIZE + 1, sha256())))
                .withMessageEndingWith("the server offers 300000 bytes, but 300001 are expected");
        assertThat(server.requests()).hasSize(1);
        assertThat(target()).doesNotExist();
    }

    @Test
    void refusesAFileWithAnotherDigestAndKeepsTheOldOne() throws IOException {
        Files.writeString(target(), "old");
        String wrong = "0".repeat(64);

        assertThatIOException()
                .isThrownBy(() -> downloader.fetch(expecting(SIZE, wrong)))
                .withMessageEndingWith(
                        "received 300000 bytes with SHA-256 digest " + sha256() + ", but expected " + wrong);
        assertThat(target()).hasContent("old");
        assertNothingElse();
    }

    @Test
    void givesASilentConnectionUpAndGoesOn() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        server.answer(request -> Reply.of(200, CONTENT));
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> serveInSilence(silent, done));
            thread.start();
            Downloader impatient = new Downloader(client, retry, Duration.ofMillis(200));

            assertThatIOException()
                    .isThrownBy(() -> impatient.fetch(
                            Download.of(URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/x"), target())))
                    .withMessageContaining("received 4 of 300000 bytes: nothing was received for");
            done.countDown();
        }
    }

    /** Sends the beginning of a file, and then nothing. */
    private static void serveInSilence(ServerSocket server, CountDownLatch done) {
        List<Socket> sockets = new ArrayList<>();
        try {
            while (done.getCount() > 0) {
                Socket socket = server.accept();
                sockets.add(socket);
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\npart"
                                .getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            assertThat(server.isClosed()).isTrue();
        }
        assertThat(sockets).as("connections held open until now").isNotEmpty();
    }

    @Test
    void saysThatTheDirectoryCannotBeWritten() throws IOException {
        Path file = directory.resolve("file");
        Files.writeString(file, "");

        assertThatIOException()
                .isThrownBy(() -> downloader.fetch(Download.of(server.uri(), file.resolve("target"))))
                .withMessageContaining("cannot create a file there");
    }

    @Test
    void saysThatTheDiskIsFull() {
        // nothing can be written to /dev/full; a link stands for the temporary file's directory entry
        assertThatIOException()
                .isThrownBy(() -> {
                    try (PartialFile file = new PartialFile(Path.of("/dev/full"), false)) {
                        file.append(java.nio.ByteBuffer.wrap(new byte[10]));
                    }
                })
                .withMessage("cannot write /dev/full after 0 bytes: No space left on device");
    }

    Path target() {
        return directory.resolve("neco.deb");
    }

    private void assertNothingElse() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).allSatisfy(file -> assertThat(file).isEqualTo(target()));
        }
    }

    private Download expecting(long size, String sha256) {
        return new Download(server.uri(), target(), OptionalLong.of(size), Optional.of(sha256));
    }

    private static int from(Request request) {
        String range = request.headers().getOrDefault("Range", "bytes=0-");
        return Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }

    private static String content() {
        byte[] bytes = new byte[SIZE];
        new Random(7).nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String sha256() {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(CONTENT.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
