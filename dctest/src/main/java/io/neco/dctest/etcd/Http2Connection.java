package io.neco.dctest.etcd;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection that carries gRPC calls with a single request message each. One thread reads; callers write
 * under a lock. A connection that failed stays failed: the owner opens another one.
 *
 * <p>Source: RFC 9113; github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md.
 */
final class Http2Connection implements Closeable {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 0x20;
    private static final int SETTING_TABLE_SIZE = 1;
    private static final int SETTING_PUSH = 2;
    private static final int SETTING_WINDOW = 4;
    private static final int SETTING_FRAME_SIZE = 5;
    private static final int CANCEL = 8;
    private static final int DEFAULT_WINDOW = 65_535;
    private static final int RECEIVE_WINDOW = 8 << 20;
    private static final int MAX_FRAME = 1 << 24;

    private final URI endpoint;
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Map<Integer, RpcCall> calls = new ConcurrentHashMap<>();
    private final Object sendWindow = new Object();
    private long connectionWindow = DEFAULT_WINDOW;
    private int initialWindow = DEFAULT_WINDOW;
    private int peerFrameSize = 16_384;
    private int nextStream = 1;
    private volatile @Nullable IOException failure;

    private Http2Connection(URI endpoint, Socket socket) throws IOException {
        this.endpoint = endpoint;
        this.socket = socket;
        this.in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 16_384));
        this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 16_384));
    }

    /**
     * Connects, within the time given for each of TCP and TLS.
     *
     * @param endpoint {@code http://HOST:PORT} or {@code https://HOST:PORT}
     * @param tls how to speak TLS; needed for https only
     */
    static Http2Connection open(URI endpoint, Optional<SSLContext> tls, Duration timeout) throws IOException {
        int millis = Math.max(1, Math.toIntExact(timeout.toMillis()));
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()), millis);
            Socket socket = plain;
            if ("https".equals(endpoint.getScheme())) {
                SSLContext context = tls.orElseThrow(() -> new IOException("no TLS settings for " + endpoint));
                plain.setSoTimeout(millis);
                SSLSocket secure = (SSLSocket)
                        context.getSocketFactory().createSocket(plain, endpoint.getHost(), endpoint.getPort(), true);
                SSLParameters parameters = secure.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"h2"});
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secure.setSSLParameters(parameters);
                secure.startHandshake();
                secure.setSoTimeout(0);
                socket = secure;
            }
            Http2Connection connection = new Http2Connection(endpoint, socket);
            connection.start();
            return connection;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private void start() throws IOException {
        synchronized (out) {
            out.write(PREFACE);
            frameHeader(18, SETTINGS, 0, 0);
            setting(SETTING_TABLE_SIZE, 0);
            setting(SETTING_PUSH, 0);
            setting(SETTING_WINDOW, RECEIVE_WINDOW);
            windowUpdate(0, RECEIVE_WINDOW);
            out.flush();
        }
        Thread reader = new Thread(this::readLoop, "etcd-reader-" + endpoint.getHost());
        reader.setDaemon(true);
        reader.start();
    }

    boolean isOpen() {
        return failure == null;
    }

    /** Sends the request and half-closes, so that the peer sees a complete call; replies are read from the result. */
    RpcCall call(String path, byte[] message, Duration deadline) throws IOException {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        Hpack.write(headers, ":method", "POST");
        Hpack.write(headers, ":scheme", endpoint.getScheme());
        Hpack.write(headers, ":path", path);
        Hpack.write(headers, ":authority", endpoint.getAuthority());
        Hpack.write(headers, "te", "trailers");
        Hpack.write(headers, "content-type", "application/grpc");
        Hpack.write(headers, "hasleader", "true");
        if (!deadline.isZero()) {
            Hpack.write(headers, "grpc-timeout", Math.max(1, deadline.toMillis()) + "m");
        }
        byte[] block = headers.toByteArray();
        RpcCall call;
        try {
            synchronized (out) {
                checkOpen();
                synchronized (sendWindow) {
                    call = new RpcCall(this, nextStream, initialWindow);
                    calls.put(call.stream(), call);
                }
                nextStream += 2;
                frameHeader(block.length, HEADERS, END_HEADERS, call.stream());
                out.write(block);
                out.flush();
            }
            byte[] framed = new byte[message.length + 5];
            java.nio.ByteBuffer.wrap(framed)
                    .put((byte) 0)
                    .putInt(message.length)
                    .put(message);
            sendData(call, framed);
            return call;
        } catch (IOException e) {
            fail(e);
            throw e;
        }
    }

    private void sendData(RpcCall call, byte[] data) throws IOException {
        int sent = 0;
        while (sent < data.length) {
            int chunk = reserve(call, data.length - sent);
            synchronized (out) {
                checkOpen();
                int flags = sent + chunk == data.length ? END_STREAM : 0;
                frameHeader(chunk, DATA, flags, call.stream());
                out.write(data, sent, chunk);
                out.flush();
            }
            sent += chunk;
        }
    }

    /** Waits for room in both windows; the reader wakes it, as does a failure of the connection. */
    private int reserve(RpcCall call, int wanted) throws IOException {
        synchronized (sendWindow) {
            while (Math.min(connectionWindow, call.window) <= 0) {
                checkOpen();
                try {
                    sendWindow.wait(5_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while sending to " + endpoint, e);
                }
            }
            int chunk = (int) Math.min(Math.min(connectionWindow, call.window), Math.min(wanted, peerFrameSize));
            connectionWindow -= chunk;
            call.window -= chunk;
            return chunk;
        }
    }

    /** Gives a call up; the peer is told, and late frames of it are dropped. */
    void cancel(RpcCall call) {
        if (calls.remove(call.stream()) == null || failure != null) {
            return;
        }
        try {
            synchronized (out) {
                frameHeader(4, RST_STREAM, 0, call.stream());
                out.writeInt(CANCEL);
                out.flush();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void readLoop() {
        try {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            int blockFlags = 0;
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt() & 0x7fff_ffff;
                if (length > MAX_FRAME) {
                    throw new IOException("frame of " + length + " bytes");
                }
                byte[] payload = in.readNBytes(length);
                if (payload.length < length) {
                    throw new IOException("connection ended within a frame");
                }
                switch (type) {
                    case HEADERS, CONTINUATION -> {
                        int skip = type == HEADERS && (flags & PRIORITY) != 0 ? 5 : 0;
                        byte[] part = type == HEADERS ? unpad(payload, flags) : payload;
                        if (type == HEADERS) {
                            block.reset();
                            blockFlags = flags;
                        }
                        block.write(part, skip, part.length - skip);
                        if ((flags & END_HEADERS) != 0) {
                            onHeaders(stream, Hpack.read(block.toByteArray()), (blockFlags & END_STREAM) != 0);
                        }
                    }
                    case DATA -> onData(stream, length, unpad(payload, flags), (flags & END_STREAM) != 0);
                    default -> onControl(type, flags, stream, payload);
                }
            }
        } catch (IOException | RuntimeException e) {
            fail(new IOException("connection to etcd at " + endpoint + " was lost", e));
        }
    }

    private static byte[] unpad(byte[] payload, int flags) {
        return (flags & PADDED) == 0
                ? payload
                : java.util.Arrays.copyOfRange(payload, 1, payload.length - (payload[0] & 0xff));
    }

    private void onHeaders(int stream, Map<String, String> headers, boolean end) {
        RpcCall call = end ? calls.remove(stream) : calls.get(stream);
        if (call != null) {
            call.onHeaders(headers, end);
        }
    }

    private void onData(int stream, int length, byte[] data, boolean end) throws IOException {
        RpcCall call = end ? calls.remove(stream) : calls.get(stream);
        if (call != null) {
            call.onData(data, end);
        }
        if (length > 0) {
            synchronized (out) {
                windowUpdate(0, length);
                if (call != null && !end) {
                    windowUpdate(stream, length);
                }
                out.flush();
            }
        }
    }

    private void onControl(int type, int flags, int stream, byte[] payload) throws IOException {
        java.nio.ByteBuffer data = java.nio.ByteBuffer.wrap(payload);
        switch (type) {
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    applySettings(data);
                }
            }
            case PING -> {
                if ((flags & ACK) == 0) {
                    synchronized (out) {
                        frameHeader(8, PING, ACK, 0);
                        out.write(payload);
                        out.flush();
                    }
                }
            }
            case WINDOW_UPDATE -> {
                int more = data.getInt() & 0x7fff_ffff;
                synchronized (sendWindow) {
                    RpcCall call = calls.get(stream);
                    if (stream == 0) {
                        connectionWindow += more;
                    } else if (call != null) {
                        call.window += more;
                    }
                    sendWindow.notifyAll();
                }
            }
            case RST_STREAM -> {
                RpcCall call = calls.remove(stream);
                if (call != null) {
                    call.onFailure(
                            new IOException("etcd at " + endpoint + " reset the call: HTTP/2 error " + data.getInt()));
                }
            }
            case GOAWAY -> throw new IOException("etcd at " + endpoint + " is going away");
            default -> {}
        }
    }

    private void applySettings(java.nio.ByteBuffer data) throws IOException {
        synchronized (sendWindow) {
            while (data.remaining() >= 6) {
                int id = data.getShort();
                int value = data.getInt();
                if (id == SETTING_WINDOW) {
                    int change = value - initialWindow;
                    initialWindow = value;
                    calls.values().forEach(call -> call.window += change);
                } else if (id == SETTING_FRAME_SIZE) {
                    peerFrameSize = value;
                }
            }
            sendWindow.notifyAll();
        }
        synchronized (out) {
            frameHeader(0, SETTINGS, ACK, 0);
            out.flush();
        }
    }

    private void frameHeader(int length, int type, int flags, int stream) throws IOException {
        out.writeByte(length >>> 16);
        out.writeShort(length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
    }

    private void setting(int id, int value) throws IOException {
        out.writeShort(id);
        out.writeInt(value);
    }

    private void windowUpdate(int stream, int more) throws IOException {
        frameHeader(4, WINDOW_UPDATE, 0, stream);
        out.writeInt(more);
    }

    private void checkOpen() throws IOException {
        IOException reason = failure;
        if (reason != null) {
            throw new IOException("connection to etcd at " + endpoint + " is closed", reason);
        }
    }

    private void fail(IOException reason) {
        synchronized (sendWindow) {
            if (failure == null) {
                failure = reason;
            }
            sendWindow.notifyAll();
        }
        for (RpcCall call : calls.values()) {
            call.onFailure(reason);
        }
        calls.clear();
        try {
            socket.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Closes the connection; calls in progress fail. */
    @Override
    public void close() {
        fail(new IOException("connection to etcd at " + endpoint + " was closed by this side"));
    }
}
