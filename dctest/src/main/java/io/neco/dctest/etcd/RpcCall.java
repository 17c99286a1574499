package io.neco.dctest.etcd;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A call in progress: the connection's reader fills it, the caller takes replies from it. */
final class RpcCall implements Closeable {
    private final Http2Connection connection;
    private final int stream;
    private final Queue<byte[]> messages = new ArrayDeque<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private boolean ended;
    private @Nullable Exception failure;

    /** Bytes that may still be sent on this stream; guarded by the connection. */
    long window;

    RpcCall(Http2Connection connection, int stream, int window) {
        this.connection = connection;
        this.stream = stream;
        this.window = window;
    }

    int stream() {
        return stream;
    }

    /**
     * Waits for the next reply.
     *
     * @return empty when the peer has ended the call without an error
     */
    synchronized Optional<byte[]> next(Duration timeout)
            throws IOException, RpcException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (messages.isEmpty() && !ended) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new TimeoutException("etcd did not answer within " + timeout.toMillis() + " ms");
            }
            wait(left);
        }
        byte[] message = messages.poll();
        if (message != null) {
            return Optional.of(message);
        }
        if (failure instanceof RpcException status) {
            throw status;
        }
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        return Optional.empty();
    }

    synchronized void onHeaders(Map<String, String> headers, boolean end) {
        String status = headers.get("grpc-status");
        String http = headers.get(":status");
        if (status != null && !"0".equals(status)) {
            String detail = headers.getOrDefault("grpc-message", "");
            failure = new RpcException(Integer.parseInt(status), decode(detail));
        } else if (http != null && !"200".equals(http)) {
            failure = new IOException("etcd answered with HTTP status " + http);
        }
        if (end) {
            ended = true;
        }
        notifyAll();
    }

    /** The percent encoding of grpc-message leaves plus signs alone. */
    private static String decode(String detail) {
        try {
            return URLDecoder.decode(detail.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return detail;
        }
    }

    synchronized void onData(byte[] data, boolean end) {
        partial.write(data, 0, data.length);
        byte[] all = partial.toByteArray();
        int at = 0;
        while (all.length - at >= 5) {
            int length = ByteBuffer.wrap(all, at + 1, 4).getInt();
            if (all.length - at - 5 < length) {
                break;
            }
            messages.add(Arrays.copyOfRange(all, at + 5, at + 5 + length));
            at += 5 + length;
        }
        partial.reset();
        partial.write(all, at, all.length - at);
        if (end) {
            ended = true;
        }
        notifyAll();
    }

    synchronized void onFailure(IOException reason) {
        if (!ended) {
            failure = reason;
            ended = true;
            notifyAll();
        }
    }

    /** Gives the call up unless it has ended. */
    @Override
    public void close() {
        connection.cancel(this);
    }
}
