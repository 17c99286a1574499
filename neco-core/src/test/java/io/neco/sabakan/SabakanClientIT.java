package io.neco.sabakan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.store.testing.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The requests and answers of a real sabakan 2.13, from a server that only knows them by heart. */
class SabakanClientIT {
    private static final Duration STALL = Duration.ofMinutes(1);

    @TempDir
    Path dir;

    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(404, ""));
    private final WebClient web = new HttpClients().local();
    private SabakanClient sabakan;

    @BeforeEach
    void connect() {
        sabakan = new SabakanClient(web, server.uri(), "root", STALL);
    }

    @AfterEach
    void close() {
        web.close();
        server.close();
    }

    @Test
    void listsImages() throws Exception {
        server.answer(request -> Reply.of(
                200,
                "[{\"id\":\"3139.2.1\",\"date\":\"2026-11-24T15:37:17.747912275Z\",\"size\":13000000,"
                        + "\"urls\":[\"http://10.69.0.3:10080/api/v1/images/coreos/3139.2.1\"],\"exists\":true}]"));

        assertThat(sabakan.images("coreos")).containsExactly(new OsImageEntry("3139.2.1", 13_000_000, true));

        assertThat(request()).isEqualTo("GET /api/v1/images/coreos");
        assertThat(server.requests().get(0).headers()).containsEntry("X-Sabakan-User", "root");
    }

    @Test
    void listsNoImages() throws Exception {
        server.answer(request -> Reply.of(200, "[]"));

        assertThat(sabakan.images("coreos")).isEmpty();
    }

    @Test
    void uploadsKernelAndInitrdAsOneArchiveOfKnownLength() throws Exception {
        server.answer(request -> Reply.of(201, ""));
        List<Long> progress = new ArrayList<>();

        sabakan.uploadImage("coreos", "3139.2.1", file("vmlinuz", "K"), file("initrd", "II"), progress::add);

        Request request = server.requests().get(0);
        assertThat(request()).isEqualTo("PUT /api/v1/images/coreos/3139.2.1");
        assertThat(request.headers())
                .containsEntry("Content-Length", "3072")
                .doesNotContainKeys("Content-Type", "Expect", "Transfer-Encoding");
        assertThat(request.body()).hasSize(3072).startsWith("kernel\0").contains("initrd.gz\0");
        assertThat(request.body().substring(512, 514)).isEqualTo("K\0");
        assertThat(progress).endsWith(3072L);
    }

    @Test
    void readsWhatIsKnownOfAnAsset() throws Exception {
        server.answer(
                request -> Reply.of(
                        200,
                        "{\"name\":\"containerd\",\"id\":\"17\",\"content-type\":\"application/octet-stream\","
                                + "\"date\":\"2026-11-24T15:37:19.355001373Z\",\"size\":1000000,\"sha256\":\"65f5\","
                                + "\"urls\":[\"http://10.69.0.3:10080/api/v1/assets/containerd\"],\"exists\":true,\"options\":{}}"));

        assertThat(sabakan.assetMeta("containerd"))
                .contains(new AssetMeta("containerd", "17", "application/octet-stream", 1_000_000, "65f5", true));

        assertThat(request()).isEqualTo("GET /api/v1/assets/containerd/meta");
    }

    @Test
    void hasNothingOfAnAssetThatIsMissing() throws Exception {
        assertThat(sabakan.assetMeta("cybozu-bird-2.0.9.1.img")).isEmpty();
    }

    @Test
    void uploadsAnAsset() throws Exception {
        server.answer(request -> Reply.of(201, "{\"status\":201,\"id\":\"1\"}"));

        AssetStatus status = sabakan.uploadAsset("cybozu-coil-2.0.14.img", file("neco-1", "sha256:\0\0"), sent -> {});

        assertThat(status).isEqualTo(new AssetStatus(201, "1"));
        assertThat(request()).isEqualTo("PUT /api/v1/assets/cybozu-coil-2.0.14.img");
        assertThat(server.requests().get(0).body()).isEqualTo("sha256:\0\0");
        assertThat(server.requests().get(0).headers())
                .containsEntry("Content-Length", "9")
                .containsEntry("Content-Type", "application/octet-stream")
                .containsEntry("X-Sabakan-User", "root")
                .containsEntry("Expect", "100-continue");
    }

    @Test
    void uploadsAnEmptyAsset() throws Exception {
        server.answer(request -> Reply.of(200, "{\"status\":200,\"id\":\"2\"}"));

        assertThat(sabakan.uploadAsset("empty", file("empty", ""), sent -> {}).status())
                .isEqualTo(200);
    }

    @Test
    void sendsALargeFileWhole() throws Exception {
        server.answer(request ->
                Reply.of(201, "{\"status\":201,\"id\":\"" + request.body().length() + "\"}"));
        Path large = file("large", "0123456789abcdef".repeat(200_000));

        assertThat(sabakan.uploadAsset("large", large, sent -> {}).id()).isEqualTo("3200000");
    }

    @Test
    void findsMachines() throws Exception {
        server.answer(
                request -> Reply.of(
                        200,
                        "[{\"spec\":{\"serial\":\"fb8f\",\"labels\":{\"machine-type\":\"qemu\",\"product\":\"vm\"},\"rack\":0,"
                                + "\"index-in-rack\":3,\"role\":\"boot\",\"ipv4\":[\"10.69.0.3\",\"10.69.0.67\",\"10.69.0.131\"],"
                                + "\"bmc\":{\"type\":\"iDRAC\",\"ipv4\":\"10.72.16.3\"}},\"status\":{\"state\":\"healthy\"}}]"));

        assertThat(sabakan.machines(Map.of("role", "boot", "rack", "0")))
                .containsExactly(new Machine(
                        "fb8f",
                        Map.of("machine-type", "qemu", "product", "vm"),
                        0,
                        3,
                        "boot",
                        List.of("10.69.0.3", "10.69.0.67", "10.69.0.131"),
                        List.of(),
                        "iDRAC",
                        "10.72.16.3",
                        "healthy"));

        assertThat(request()).isEqualTo("GET /api/v1/machines?rack=0&role=boot");
    }

    @Test
    void listsTheTemplatesOfARole() throws Exception {
        server.answer(request -> Reply.of(200, "[\"2022.05.25-1\"]"));
        assertThat(sabakan.ignitionIds("boot")).containsExactly("2022.05.25-1");
        assertThat(request()).isEqualTo("GET /api/v1/ignitions/boot");

        server.answer(request -> Reply.of(200, "null"));
        assertThat(sabakan.ignitionIds("boot")).isEmpty();
    }

    @Test
    void putsATemplateWithANewlineAtItsEnd() throws Exception {
        server.answer(request -> Reply.of(201, ""));
        IgnitionTemplate template = IgnitionTemplate.build(file("site.yml", "version: '2.2'\n"));

        sabakan.putIgnition("boot", "2022.05.25-1", template, Map.of("version", "1"));

        assertThat(request()).isEqualTo("PUT /api/v1/ignitions/boot/2022.05.25-1");
        assertThat(server.requests().get(0).body()).isEqualTo(template.request(Map.of("version", "1")) + "\n");
        assertThat(server.requests().get(0).headers()).doesNotContainKey("Content-Type");
    }

    @Test
    void refusesATemplateThatIsTooLarge() throws Exception {
        Files.createDirectories(dir.resolve("files"));
        file("files/big", "x".repeat(2 * 1024 * 1024));
        IgnitionTemplate template = IgnitionTemplate.build(file("site.yml", "files: [/big]\n"));

        assertThatThrownBy(() -> sabakan.putIgnition("boot", "1", template, Map.of()))
                .isInstanceOf(IgnitionException.class)
                .hasMessageContaining("role boot")
                .hasMessageContaining("2097152 (2 MiB)");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void setsHowAddressesAreGiven() throws Exception {
        server.answer(request -> Reply.of(200, "null"));

        sabakan.setDhcp(DhcpConfig.parse("{\"gateway-offset\": 1, \"lease-minutes\": 60, \"unknown\": 3}"));

        assertThat(request()).isEqualTo("PUT /api/v1/config/dhcp");
        assertThat(server.requests().get(0).body()).isEqualTo("{\"lease-minutes\":60,\"gateway-offset\":1}\n");
        assertThat(server.requests().get(0).headers()).containsEntry("Content-Length", "40");
    }

    @Test
    void tellsSabakansReason() {
        server.answer(request -> Reply.of(409, "{\"error\":\"conflicted\",\"request_id\":\"x\",\"status\":409}"));

        assertThatThrownBy(() -> sabakan.ignitionIds("boot"))
                .isInstanceOfSatisfying(SabakanException.class, e -> {
                    assertThat(e.isConflict()).isTrue();
                    assertThat(e.reason()).isEqualTo("Conflict: conflicted");
                    assertThat(SabakanClient.isTransient(e)).isFalse();
                })
                .hasMessage("GET " + server.uri() + "/api/v1/ignitions/boot: Conflict: conflicted");
    }

    @Test
    void tellsTheWholeAnswerWhenItIsNoJson() {
        server.answer(request -> Reply.of(500, "out of order\n"));

        assertThatThrownBy(() -> sabakan.images("coreos"))
                .isInstanceOfSatisfying(
                        SabakanException.class,
                        e -> assertThat(SabakanClient.isTransient(e)).isTrue())
                .hasMessageEndingWith("Internal Server Error: out of order");
    }

    @Test
    void refusesAnAnswerThatIsNoJson() {
        server.answer(request -> Reply.of(200, "<html>"));

        assertThatThrownBy(() -> sabakan.images("coreos"))
                .hasMessageContaining("/api/v1/images/coreos")
                .hasMessageContaining("is not JSON");
    }

    @Test
    void advisesToLookAtSabakanWhenItIsDown() throws Exception {
        URI nobody = URI.create("http://127.0.0.1:" + Ports.free());
        SabakanClient down = new SabakanClient(web, nobody, "root", STALL);

        assertThatThrownBy(() -> down.images("coreos"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(nobody + "/api/v1/images/coreos")
                .hasMessageContaining("systemctl status sabakan");
        assertThat(down.answers(Duration.ofSeconds(5))).isFalse();
        assertThat(sabakan.answers(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void tellsWhyAnAssetIsRefusedBeforeItIsSent() throws Exception {
        String refusal = "{\"error\":\"forbidden\",\"status\":403}";
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // as Go's HTTP server does when a handler does not read the body: the answer, and no "100 Continue" before
            // it
            Thread refusing = new Thread(() -> {
                try (Socket connection = socket.accept();
                        InputStream in = connection.getInputStream()) {
                    in.read();
                    connection
                            .getOutputStream()
                            .write(
                                    ("HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                                                    + refusal.length() + "\r\n\r\n" + refusal)
                                            .getBytes(StandardCharsets.UTF_8));
                    connection.shutdownOutput();
                    in.readAllBytes();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            refusing.start();
            SabakanClient client = new SabakanClient(
                    web, URI.create("http://127.0.0.1:" + socket.getLocalPort()), "root", Duration.ofSeconds(10));
            Path small = file("small", "x");

            assertThatThrownBy(() -> client.uploadAsset("small", small, sent -> {}))
                    .isInstanceOf(SabakanException.class)
                    .hasMessageEndingWith("Forbidden: forbidden");
            refusing.join();
        }
    }

    @Test
    void givesUpAnUploadThatStalls() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread deaf = new Thread(() -> {
                try (Socket connection = socket.accept()) {
                    end.await();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            deaf.start();
            SabakanClient stalling = new SabakanClient(
                    web, URI.create("http://127.0.0.1:" + socket.getLocalPort()), "root", Duration.ofMillis(500));
            Path large = file("large", "x".repeat(30_000_000));

            assertThatThrownBy(() -> stalling.uploadImage("coreos", "1", large, large, sent -> {}))
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasMessageContaining("PUT http://127.0.0.1:" + socket.getLocalPort() + "/api/v1/images/coreos/1")
                    .hasMessageContaining("nothing could be sent for 0 s after");
            end.countDown();
            deaf.join();
        }
    }

    @Test
    void tellsWhenSabakanDiesInTheMiddleOfAnUpload() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread dying = new Thread(() -> {
                try (Socket connection = socket.accept();
                        InputStream in = connection.getInputStream()) {
                    in.readNBytes(100_000);
                    connection.setSoLinger(true, 0);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            dying.start();
            SabakanClient client =
                    new SabakanClient(web, URI.create("http://127.0.0.1:" + socket.getLocalPort()), "root", STALL);
            Path large = file("large", "x".repeat(30_000_000));

            assertThatThrownBy(() -> client.uploadImage("coreos", "1", large, large, sent -> {}))
                    .isInstanceOfSatisfying(
                            IOException.class,
                            e -> assertThat(SabakanClient.isTransient(e)).isTrue())
                    .hasMessageContaining("/api/v1/images/coreos/1");
            dying.join();
        }
    }

    @Test
    void tellsWhySabakanRefusesAnUploadInItsMiddleAndSendsNoMore() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread refusing = new Thread(() -> {
                try (Socket connection = socket.accept()) {
                    connection.getInputStream().readNBytes(100_000);
                    connection
                            .getOutputStream()
                            .write(("HTTP/1.1 409 Conflict\r\nContent-Length: 22\r\n\r\n"
                                            + "{\"error\":\"conflicted\"}")
                                    .getBytes(StandardCharsets.US_ASCII));
                    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (SocketException e) {
                    // the client has dropped the connection
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            refusing.start();
            SabakanClient client =
                    new SabakanClient(web, URI.create("http://127.0.0.1:" + socket.getLocalPort()), "root", STALL);
            Path large = file("large", "x".repeat(30_000_000)); // more than sockets keep
            AtomicLong sent = new AtomicLong();

            assertThatThrownBy(() -> client.uploadImage("coreos", "1", large, large, sent::set))
                    .isInstanceOfSatisfying(
                            SabakanException.class,
                            e -> assertThat(e.isConflict()).isTrue())
                    .hasMessageContaining("conflicted");
            assertThat(sent).hasValueLessThan(60_000_000);
            refusing.join();
        }
    }

    @Test
    void anInterruptEndsAnUpload() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SabakanClient client =
                    new SabakanClient(web, URI.create("http://127.0.0.1:" + socket.getLocalPort()), "root", STALL);
            Path large = file("large", "x".repeat(30_000_000));
            FutureTask<Void> upload = new FutureTask<>(() -> {
                client.uploadImage("coreos", "1", large, large, sent -> {});
                return null;
            });
            Thread uploading = new Thread(upload);
            uploading.start();
            try (Socket connection = socket.accept()) {
                connection.getInputStream().readNBytes(100_000);

                uploading.interrupt();

                assertThatThrownBy(() -> upload.get(20, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(InterruptedException.class);
                assertThatThrownBy(() -> connection.getInputStream().transferTo(OutputStream.nullOutputStream()))
                        .as("the connection is dropped in the middle of the body")
                        .isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void tellsWhichFileCannotBeRead() throws Exception {
        Path file = file("a", "1234");
        server.answer(request -> Reply.of(201, "{\"status\":201,\"id\":\"1\"}"));
        SabakanClient client = sabakan;
        Files.delete(file);

        assertThatThrownBy(() -> client.uploadAsset("a", file, sent -> {})).hasMessageContaining(file.toString());
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(dir.resolve(name), text);
    }

    private String request() {
        Request first = server.requests().get(0);
        return first.method() + " " + first.uri();
    }
}
