package io.neco.store.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between a client and a member of etcd, hands everything on, and tells what it has seen. */
public final class Relay implements AutoCloseable {
    /** The sides of a connection. */
    public enum Side {
        /** who has connected */
        CLIENT,
        /** whom it is connected to */
        MEMBER
    }

    private final URI member;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Side> ends = new LinkedBlockingQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();

    /**
     * Listens on a free port of this host.
     *
     * @param member the endpoint of the member
     */
    public Relay(String member) throws IOException {
        this.member = URI.create(member);
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** The endpoint for clients. */
    public String endpoint() {
        return member.getScheme() + "://127.0.0.1:" + listener.getLocalPort();
    }

    /** How many connections there have been. */
    public int connections() {
        return connections.get();
    }

    /** How many bytes clients have sent. */
    public long sent() {
        return sent.get();
    }

    /** Which side has ended its half of a connection, one after the other. */
    public BlockingQueue<Side> ends() {
        return ends;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            connections.incrementAndGet();
            sockets.add(client);
            start(() -> connect(client));
        }
    }

    /** A client whose member is down is turned away. */
    private void connect(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(member.getHost(), member.getPort());
        } catch (IOException e) {
            client.close();
            throw e;
        }
        sockets.add(server);
        start(() -> copy(Side.CLIENT, client.getInputStream(), server.getOutputStream()));
        copy(Side.MEMBER, server.getInputStream(), client.getOutputStream());
    }

    private void copy(Side from, InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[8192];
        try {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                if (from == Side.CLIENT) {
                    sent.addAndGet(length);
                }
                out.write(piece, 0, length);
            }
        } finally {
            ends.add(from); // before the other half ends of that
            out.close();
        }
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
                        // the connection, or the test, is over
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
