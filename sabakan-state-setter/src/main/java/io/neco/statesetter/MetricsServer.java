package io.neco.statesetter;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.neco.log.Logging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers {@code GET /metrics}. */
final class MetricsServer implements AutoCloseable {
    private static final String PATH = "/metrics";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int BAD_METHOD = 405;

    private static final int LAST_PORT = 65_535;
    /** A client that is slow keeps the others waiting only if there are more of that kind than threads. */
    private static final int THREADS = 4;

    static {
        // without these the JDK's server waits for ever for the rest of a request, and for a client to take the answer;
        // in seconds
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "10");
    }

    private final HttpServer server;
    private final ExecutorService threads;

    private MetricsServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Listens and answers from now on.
     *
     * @param address {@code HOST:PORT} or {@code :PORT}, which means all addresses of this host
     * @throws IllegalArgumentException when that is no address
     * @throws IOException when it cannot be listened on; the message names it
     */
    static MetricsServer start(String address, OwnMetrics metrics) throws IOException {
        int colon = address.lastIndexOf(':');
        String digits = address.substring(colon + 1);
        int port = colon >= 0 && digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : LAST_PORT + 1;
        if (port > LAST_PORT) {
            throw new IllegalArgumentException("it must be HOST:PORT or :PORT with a port of " + LAST_PORT
                    + " at most, or none, but it is " + address);
        }
        String host = address.substring(0, colon).replaceAll("^\\[|]$", "");
        InetSocketAddress socket = host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
        HttpServer server;
        try {
            server = HttpServer.create(socket, 0);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + address + ": " + Logging.describe(e), e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread created = new Thread(task, "metrics-server");
            created.setDaemon(true);
            return created;
        });
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, metrics));
        server.start();
        return new MetricsServer(server, threads);
    }

    private static void answer(HttpExchange exchange, OwnMetrics metrics) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                exchange.sendResponseHeaders(NOT_FOUND, -1);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(BAD_METHOD, -1);
            } else {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                metrics.write(body);
                exchange.getResponseHeaders().set("Content-Type", OwnMetrics.contentType());
                exchange.sendResponseHeaders(OK, body.size());
                body.writeTo(exchange.getResponseBody());
            }
        }
    }

    /** The port that is listened on. */
    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
