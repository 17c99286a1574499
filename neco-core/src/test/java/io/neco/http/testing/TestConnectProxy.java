package io.neco.http.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A proxy for https on a free port of the loopback address that opens tunnels for those only who show user and password; they all end at one server. */
public final class TestConnectProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final String credentials;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<String> tunnels = new CopyOnWriteArrayList<>();
    private final Map<String, String> refusals = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();

    /**
     * Starts.
     *
     * @param server where all tunnels end
     * @param credentials {@code user:password}
     */
    public TestConnectProxy(InetSocketAddress server, String credentials) throws IOException {
        this.server = server;
        this.credentials = credentials;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** Its address with the user information given. */
    public URI uri(String userInfo) {
        return URI.create("http://" + userInfo + "@127.0.0.1:" + listener.getLocalPort());
    }

    /** Where tunnels were said to go. */
    public List<String> tunnels() {
        return List.copyOf(tunnels);
    }

    /**
     * Opens no tunnel to a server from now on.
     *
     * @param to host and port
     * @param answer status line without the version, and headers, each ended by CR and LF but for the last
     */
    public void refuse(String to, String answer) {
        refusals.put(to, answer);
    }

    /** How many tunnels it did not open because of {@link #refuse}. */
    public int refused() {
        return refused.get();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            sockets.add(client);
            start(() -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        InputStream in = new BufferedInputStream(client.getInputStream());
        OutputStream out = client.getOutputStream();
        String expected = "Proxy-Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        for (String first = line(in); !first.isEmpty(); first = line(in)) {
            boolean isLetIn = false;
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                isLetIn |= header.equals(expected);
            }
            String to = first.replaceFirst("CONNECT (\\S+) .*", "$1");
            String refusal = refusals.get(to);
            if (refusal != null) {
                refused.incrementAndGet();
                out.write(("HTTP/1.1 " + refusal + "\r\nContent-Length: 6\r\nConnection: close\r\n\r\ndenied")
                        .getBytes(StandardCharsets.US_ASCII));
                break;
            }
            if (isLetIn) {
                tunnels.add(to);
                tunnel(in, client);
                return;
            }
            out.write(
                    "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
        }
        client.close();
    }

    private void tunnel(InputStream in, Socket client) throws IOException {
        Socket end = new Socket(server.getAddress(), server.getPort());
        sockets.add(end);
        client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        start(() -> {
            end.getInputStream().transferTo(client.getOutputStream());
            client.shutdownOutput();
        });
        in.transferTo(end.getOutputStream());
        end.shutdownOutput();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // the connection has ended
                    }
                },
                "connect-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
