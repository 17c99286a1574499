package io.neco.store;

import io.neco.http.QuickKeyExchange;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * The least HTTP/2 that unary gRPC calls need, over one socket, one call at a time; source: RFC 9113 and
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. Headers of answers are not decoded: an answer either carries a whole
 * message or counts as failed, and the caller then asks in the ordinary way.
 */
final class LiteConnection implements AutoCloseable {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int FLAG_END_STREAM = 1;
    private static final int FLAG_ACK = 1;
    private static final int FLAG_END_HEADERS = 4;
    private static final int FLAG_PADDED = 8;
    private static final int SETTINGS_HEADER_TABLE_SIZE = 1;
    private static final int SETTINGS_ENABLE_PUSH = 2;
    private static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
    private static final int WINDOW = 0x7fff0000;
    private static final int MAX_MESSAGE = 64 << 20;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final String authority;
    private final boolean tls;
    private final int timeoutMillis;
    private int nextStream = 1;

    private LiteConnection(Socket socket, String authority, boolean tls, int timeoutMillis) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 16 << 10));
        this.out = socket.getOutputStream();
        this.authority = authority;
        this.tls = tls;
        this.timeoutMillis = timeoutMillis;
    }

    /**
     * Connects.
     *
     * @param tls empty: plain text
     * @param timeoutMillis for the connection, and for each answer
     */
    static LiteConnection open(EndpointAddress address, Optional<SSLSocketFactory> tls, int timeoutMillis)
            throws IOException {
        Socket socket = new Socket();
        boolean done = false;
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMillis);
            socket.connect(new InetSocketAddress(address.host(), address.port()), timeoutMillis);
            if (tls.isPresent()) {
                socket = secured(socket, address, tls.get());
            }
            String host = address.host().indexOf(':') >= 0 ? "[" + address.host() + "]" : address.host();
            LiteConnection connection =
                    new LiteConnection(socket, host + ":" + address.port(), tls.isPresent(), timeoutMillis);
            done = true;
            return connection;
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    private static SSLSocket secured(Socket plain, EndpointAddress address, SSLSocketFactory factory)
            throws IOException {
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, address.host(), address.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"h2"});
        QuickKeyExchange.offer(parameters); // if it is refused, the ordinary client is used
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        if (!"h2".equals(socket.getApplicationProtocol())) {
            socket.close();
            throw new IOException("the server does not speak HTTP/2");
        }
        return socket;
    }

    /**
     * One unary call.
     *
     * @param path e.g. {@code /etcdserverpb.KV/Range}
     * @param message the request
     * @return the answer's message
     * @throws IOException when there is none, whatever the reason
     */
    byte[] call(String path, byte[] message) throws IOException {
        int stream = nextStream;
        nextStream += 2;
        ByteArrayOutputStream request = new ByteArrayOutputStream(512);
        if (stream == 1) {
            begin(request);
        }
        byte[] headers = headers(path);
        frame(request, HEADERS, FLAG_END_HEADERS, stream, headers.length);
        request.write(headers, 0, headers.length);
        frame(request, DATA, FLAG_END_STREAM, stream, message.length + 5);
        request.write(0);
        integer(request, message.length);
        request.write(message, 0, message.length);
        request.writeTo(out);
        out.flush();
        return answer(stream);
    }

    private static void begin(ByteArrayOutputStream request) {
        request.write(PREFACE, 0, PREFACE.length);
        frame(request, SETTINGS, 0, 0, 18);
        setting(request, SETTINGS_HEADER_TABLE_SIZE, 0);
        setting(request, SETTINGS_ENABLE_PUSH, 0);
        setting(request, SETTINGS_INITIAL_WINDOW_SIZE, WINDOW);
        frame(request, WINDOW_UPDATE, 0, 0, 4);
        integer(request, WINDOW - 65535);
    }

    private static void setting(ByteArrayOutputStream out, int id, int value) {
        out.write(id >> 8);
        out.write(id);
        integer(out, value);
    }

    private static void frame(ByteArrayOutputStream out, int type, int flags, int stream, int length) {
        out.write(length >> 16);
        out.write(length >> 8);
        out.write(length);
        out.write(type);
        out.write(flags);
        integer(out, stream);
    }

    private static void integer(ByteArrayOutputStream out, int value) {
        out.write(value >> 24);
        out.write(value >> 16);
        out.write(value >> 8);
        out.write(value);
    }

    /** HPACK: indexes of the static table and literals that are not indexed. */
    private byte[] headers(String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream(256);
        block.write(0x83); // :method: POST
        block.write(tls ? 0x87 : 0x86); // :scheme
        literal(block, 4, path); // :path
        literal(block, 1, authority); // :authority
        literal(block, 31, "application/grpc"); // content-type
        literal(block, "te", "trailers");
        literal(block, "grpc-timeout", timeoutMillis + "m");
        literal(block, "hasleader", "true");
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, int nameIndex, String value) {
        prefixed(block, 4, nameIndex);
        text(block, value);
    }

    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        prefixed(block, 7, bytes.length);
        block.write(bytes, 0, bytes.length);
    }

    private static void prefixed(ByteArrayOutputStream block, int bits, int value) {
        int max = (1 << bits) - 1;
        if (value < max) {
            block.write(value);
            return;
        }
        block.write(max);
        int rest = value - max;
        while (rest >= 0x80) {
            block.write((rest & 0x7f) | 0x80);
            rest >>= 7;
        }
        block.write(rest);
    }

    private byte[] answer(int stream) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream(1024);
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
        while (true) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("no answer within " + timeoutMillis + " ms");
            }
            int lengthAndType = in.readInt();
            int length = lengthAndType >>> 8;
            int type = lengthAndType & 0xff;
            int flags = in.readUnsignedByte();
            int id = in.readInt() & 0x7fffffff;
            if (length > MAX_MESSAGE) {
                throw new IOException("a frame of " + length + " bytes");
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            switch (type) {
                case DATA -> {
                    if (id == stream) {
                        append(data, payload, flags);
                    }
                }
                case SETTINGS, PING -> acknowledge(type, flags, payload);
                case RST_STREAM, GOAWAY -> throw new IOException("the server ended the call");
                default -> {
                    // headers are not looked at, and nothing else concerns us
                }
            }
            if (id == stream && (type == DATA || type == HEADERS) && (flags & FLAG_END_STREAM) != 0) {
                return message(data.toByteArray());
            }
        }
    }

    private static void append(ByteArrayOutputStream data, byte[] payload, int flags) throws IOException {
        boolean padded = (flags & FLAG_PADDED) != 0;
        int padding = padded ? payload[0] & 0xff : 0;
        int start = padded ? 1 : 0;
        int length = payload.length - start - padding;
        if (length < 0 || data.size() + (long) length > MAX_MESSAGE) {
            throw new IOException("an answer that cannot be read");
        }
        data.write(payload, start, length);
    }

    private void acknowledge(int type, int flags, byte[] payload) throws IOException {
        if ((flags & FLAG_ACK) != 0) {
            return;
        }
        ByteArrayOutputStream reply = new ByteArrayOutputStream(32);
        int length = type == PING ? payload.length : 0;
        frame(reply, type, FLAG_ACK, 0, length);
        reply.write(payload, 0, length);
        reply.writeTo(out);
        out.flush();
    }

    /** The one uncompressed message that {@code data} must hold. */
    private static byte[] message(byte[] data) throws IOException {
        if (data.length < 5 || data[0] != 0) {
            throw new IOException("an answer without a message");
        }
        int length = ((data[1] & 0xff) << 24) | ((data[2] & 0xff) << 16) | ((data[3] & 0xff) << 8) | (data[4] & 0xff);
        if (length != data.length - 5) {
            throw new IOException("an answer that is cut off");
        }
        byte[] message = new byte[length];
        System.arraycopy(data, 5, message, 0, length);
        return message;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // nothing is lost with it
        }
    }
}
