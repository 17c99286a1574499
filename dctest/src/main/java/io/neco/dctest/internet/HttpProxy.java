package io.neco.dctest.internet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The data centre's HTTP proxy: tunnels, and requests for whole {@code http} addresses, of which a connection carries one. It moves
 * bytes in big pieces, since three hosts fetch the same release through it at once.
 *
 * <p>Source: RFC 9110, sections 7.6.1 and 9.3.6; RFC 9112, section 3.2.
 */
public final class HttpProxy implements AutoCloseable {
    private static final int PIECE = 1 << 17;
    private static final int LONGEST_HEAD = 1 << 16;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);

    private final ServerSocket listener;
    private final Set<Integer> tunnelPorts;
    private final PrintStream log;
    private final ExecutorService threads;

    /**
     * Starts serving.
     *
     * @param address where to listen; port 0 takes a free one
     * @param tunnelPorts the ports that tunnels may lead to
     * @param log where one line per connection goes
     * @throws IOException if the address cannot be listened on
     */
    public HttpProxy(InetSocketAddress address, Set<Integer> tunnelPorts, PrintStream log) throws IOException {
        this.tunnelPorts = Set.copyOf(tunnelPorts);
        this.log = log;
        listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(address, 200);
        var number = new AtomicInteger();
        threads = Executors.newCachedThreadPool(task -> new Thread(task, "proxy-" + number.incrementAndGet()));
        threads.execute(this::accept);
    }

    /** The port that is listened on. */
    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    log.println("cannot accept a connection: " + e.getMessage());
                }
            }
        }
    }

    /** What a client wants. */
    private record Wish(String host, int port, boolean isTunnel, String forwarded) {}

    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        private final int status;

        RefusedException(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private void serve(Socket client) {
        var what = "";
        try (client) {
            client.setTcpNoDelay(true);
            client.setSoTimeout(Math.toIntExact(IDLE_TIMEOUT.toMillis()));
            try {
                var head = head(client.getInputStream());
                what = head.lines().findFirst().orElse("");
                var wish = wish(head);
                try (var server = connect(wish)) {
                    if (wish.isTunnel()) {
                        send(client, "HTTP/1.1 200 Connection established\r\n\r\n");
                    } else {
                        server.getOutputStream().write(wish.forwarded().getBytes(StandardCharsets.ISO_8859_1));
                    }
                    log.println(client.getInetAddress().getHostAddress() + " " + what);
                    exchange(client, server);
                }
            } catch (RefusedException e) {
                log.println(client.getInetAddress().getHostAddress() + " " + what + " -> " + e.status + " "
                        + e.getMessage());
                var text = e.getMessage() + "\n";
                send(
                        client,
                        "HTTP/1.1 " + e.status + " " + reason(e.status)
                                + "\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "
                                + text.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + text);
            }
        } catch (IOException e) {
            log.println(client.getInetAddress() + " " + what + " (" + e.getMessage() + ")");
        }
    }

    /** All that some clients tell of a refusal. */
    private static String reason(int status) {
        return switch (status) {
            case 403 -> "Forbidden";
            case 431 -> "Request Header Fields Too Large";
            case 502 -> "Bad Gateway";
            default -> "Bad Request";
        };
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Everything up to the empty line, and nothing after it. */
    private static String head(InputStream in) throws IOException, RefusedException {
        var bytes = new ByteArrayOutputStream();
        int inLine = 0;
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the client sent no request");
            }
            bytes.write(b);
            if (b == '\n') {
                if (inLine == 0) {
                    return bytes.toString(StandardCharsets.ISO_8859_1);
                }
                inLine = 0;
            } else if (b != '\r') {
                inLine++;
            }
            if (bytes.size() > LONGEST_HEAD) {
                throw new RefusedException(431, "the request's head is longer than " + LONGEST_HEAD + " bytes");
            }
        }
    }

    private Wish wish(String head) throws RefusedException {
        var lines = head.lines().toList();
        var words = lines.get(0).split(" ", -1);
        if (words.length != 3) {
            throw new RefusedException(400, "not a request: " + lines.get(0));
        }
        if (words[0].equals("CONNECT")) {
            var to = address("//" + words[1], -1);
            if (!tunnelPorts.contains(to.port())) {
                throw new RefusedException(403, "no tunnels to port " + to.port());
            }
            return new Wish(to.host(), to.port(), true, "");
        }
        if (!words[1].startsWith("http://")) {
            throw new RefusedException(400, "not a whole http address: " + words[1]);
        }
        var to = address(words[1], 80);
        var path = words[1].substring("http://".length()).replaceFirst("^[^/?]*", "");
        var forwarded =
                new StringBuilder(words[0] + " " + (path.startsWith("/") ? path : "/" + path) + " HTTP/1.1\r\n");
        for (var line : lines.subList(1, lines.size())) {
            if (!line.isEmpty() && !line.matches("(?i)(proxy-[a-z-]+|connection|keep-alive)\\s*:.*")) {
                forwarded.append(line).append("\r\n");
            }
        }
        forwarded.append("Connection: close\r\n\r\n");
        return new Wish(to.host(), to.port(), false, forwarded.toString());
    }

    private record Address(String host, int port) {}

    private static Address address(String uri, int standardPort) throws RefusedException {
        try {
            var parsed = URI.create(uri);
            int port = parsed.getPort() < 0 ? standardPort : parsed.getPort();
            if (parsed.getHost() != null && port > 0) {
                return new Address(parsed.getHost().replaceAll("[\\[\\]]", ""), port);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new RefusedException(400, "not an address: " + uri);
    }

    private static Socket connect(Wish wish) throws RefusedException {
        var server = new Socket();
        try {
            server.setTcpNoDelay(true);
            server.setSoTimeout(Math.toIntExact(IDLE_TIMEOUT.toMillis()));
            server.connect(
                    new InetSocketAddress(InetAddress.getByName(wish.host()), wish.port()),
                    Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
            return server;
        } catch (IOException e) {
            close(server);
            throw new RefusedException(
                    502, "cannot connect to " + wish.host() + ":" + wish.port() + ": " + e.getMessage());
        }
    }

    /** Until both sides have said all, or either is gone. */
    private void exchange(Socket client, Socket server) throws IOException {
        var upwards = threads.submit(() -> {
            pump(client, server);
            return null;
        });
        try {
            pump(server, client);
            upwards.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(client);
            close(server);
        }
    }

    private static void pump(Socket from, Socket to) throws IOException {
        var piece = new byte[PIECE];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        try {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                out.write(piece, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // the other direction cannot go on either
            close(from);
            close(to);
            throw e;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Stops listening; connections end when their clients or servers do. */
    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdown();
    }
}
