package io.neco.dctest.internet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpProxyTest {
    private static final int TIMEOUT_SECONDS = 20;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private HttpServer web;
    private ServerSocket plain;
    private HttpProxy proxy;
    private HttpClient client;

    @BeforeEach
    void start() throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        web = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        web.createContext("/", exchange -> {
            try (exchange) {
                var body = exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders()
                        .set("X-Asked-For", exchange.getRequestURI().toString());
                exchange.getResponseHeaders()
                        .set(
                                "X-Headers",
                                String.join(",", exchange.getRequestHeaders().keySet()));
                exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        web.start();
        plain = new ServerSocket(0, 1, loopback);
        proxy = new HttpProxy(
                new InetSocketAddress(loopback, 0),
                Set.of(plain.getLocalPort()),
                new PrintStream(log, true, StandardCharsets.UTF_8));
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(ProxySelector.of(new InetSocketAddress(loopback, proxy.port())))
                .connectTimeout(Duration.ofSeconds(TIMEOUT_SECONDS))
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        web.stop(0);
        plain.close();
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(Duration.ofSeconds(TIMEOUT_SECONDS)).build(), BodyHandlers.ofByteArray());
    }

    private URI web(String path) {
        return URI.create("http://127.0.0.1:" + web.getAddress().getPort() + path);
    }

    private static byte[] noise(int size) {
        var bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @Test
    void forwardsRequestsForWholeAddresses() throws Exception {
        var body = noise(3_000_000);

        var answer = send(HttpRequest.newBuilder(web("/a?b=c"))
                .header("Proxy-Something", "for the proxy alone")
                .POST(BodyPublishers.ofByteArray(body)));

        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.headers().firstValue("X-Asked-For")).hasValue("/a?b=c");
        assertThat(answer.headers().firstValue("X-Headers").orElseThrow()).doesNotContain("Proxy-");
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("POST " + web("/a?b=c"));
    }

    private Socket tunnel(String to) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(TIMEOUT_SECONDS * 1000);
        socket.getOutputStream()
                .write(("CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static String line(Socket socket) throws IOException {
        var line = new StringBuilder();
        for (int b = socket.getInputStream().read();
                b >= 0 && b != '\n';
                b = socket.getInputStream().read()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    @Test
    void aTunnelCarriesBothDirectionsAndTheirEnds() throws Exception {
        var upwards = noise(5_000_000);
        var downwards = noise(4_000_000);
        var received = CompletableFuture.supplyAsync(() -> {
            try (var server = plain.accept()) {
                server.setSoTimeout(TIMEOUT_SECONDS * 1000);
                var all = server.getInputStream().readAllBytes(); // ends when the client has said all
                server.getOutputStream().write(downwards);
                return all;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });

        try (var client = tunnel("127.0.0.1:" + plain.getLocalPort())) {
            assertThat(line(client)).isEqualTo("HTTP/1.1 200 Connection established");
            assertThat(line(client)).isEmpty();
            client.getOutputStream().write(upwards);
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).isEqualTo(downwards);
        }
        assertThat(received.get(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(upwards);
    }

    @Test
    void refusesTunnelsToOtherPorts() throws IOException {
        try (var client = tunnel("127.0.0.1:" + web.getAddress().getPort())) {
            assertThat(line(client)).startsWith("HTTP/1.1 403 ");
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("no tunnels to port " + web.getAddress().getPort());
        }
    }

    @Test
    void tellsThatAServerCannotBeReached() throws Exception {
        plain.close();

        try (var client = tunnel("127.0.0.1:" + plain.getLocalPort())) {
            assertThat(line(client)).startsWith("HTTP/1.1 502 ");
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("cannot connect to 127.0.0.1:" + plain.getLocalPort());
        }
        assertThat(send(HttpRequest.newBuilder(URI.create("http://no-such-host.invalid/")))
                        .statusCode())
                .isEqualTo(502);
    }

    @Test
    void refusesWhatIsNoRequest() throws IOException {
        for (var head : new String[] {"GET / HTTP/1.1", "nonsense", "CONNECT  HTTP/1.1", "GET http:// HTTP/1.1"}) {
            try (var client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
                client.setSoTimeout(TIMEOUT_SECONDS * 1000);
                client.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
                assertThat(line(client)).as(head).startsWith("HTTP/1.1 400 ");
            }
        }
    }
}
