package io.neco.http.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on a free port of the loopback address. */
public final class TestHttpServer implements AutoCloseable {

    /**
     * A request as it came.
     *
     * @param method its method
     * @param uri the request line's target: a path with query, or a full address when the server is used as a proxy
     * @param headers its headers by name, case-insensitive, the first value of each
     * @param body its body
     */
    public record Request(String method, String uri, Map<String, String> headers, String body) {}

    /**
     * An answer.
     *
     * @param status its status
     * @param headers its headers
     * @param body its body
     * @param length the length announced; more than the body's: the connection is cut after the body
     */
    public record Reply(int status, Map<String, String> headers, String body, long length) {
        /** An answer with a body. */
        public static Reply of(int status, String body) {
            return new Reply(status, Map.of(), body, body.length());
        }

        /** An answer with bytes, each a character of the body. */
        public static Reply of(int status, byte[] body) {
            return of(status, new String(body, StandardCharsets.ISO_8859_1));
        }

        /** The same with a header more. */
        public Reply with(String name, String value) {
            Map<String, String> more = new TreeMap<>(headers);
            more.put(name, value);
            return new Reply(status, more, body, length);
        }

        /** The same, promising more than it sends. */
        public Reply promising(long more) {
            return new Reply(status, headers, body, more);
        }
    }

    /** Answers requests; may wait, and is interrupted when the server closes. */
    @FunctionalInterface
    public interface Handler {
        /** The answer to a request. */
        Reply answer(Request request) throws InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Handler handler;

    /** Starts. */
    public TestHttpServer(Handler handler) {
        this.handler = handler;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** Answers differently from now on. */
    public void answer(Handler other) {
        handler = other;
    }

    /** Its address, without a trailing slash. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What it was asked so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
            Request request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            requests.add(request);
            Reply reply = handler.answer(request);
            reply.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            byte[] body = reply.body().getBytes(StandardCharsets.ISO_8859_1);
            exchange.sendResponseHeaders(reply.status(), reply.length() == 0 ? -1 : reply.length());
            OutputStream out = exchange.getResponseBody();
            out.write(body);
            out.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
