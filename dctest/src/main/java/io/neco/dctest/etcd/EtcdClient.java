package io.neco.dctest.etcd;

import io.neco.dctest.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Calls to an etcd cluster. One member is used until it fails; then the next one in the list. Every call here may be
 * sent again after a failure, because the callers only send reads and writes whose repetition changes nothing.
 */
final class EtcdClient implements Closeable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ATTEMPT_LIMIT = Duration.ofMillis(1_500);
    private static final long MAX_PAUSE_NANOS = Duration.ofMillis(400).toNanos();

    private final List<URI> endpoints;
    private final Optional<SSLContext> tls;
    private int current;
    private @Nullable Http2Connection connection;
    private boolean closed;

    /**
     * @param endpoints members of the cluster, the preferred one first
     * @param tls settings for https members
     */
    EtcdClient(List<URI> endpoints, Optional<SSLContext> tls) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("no etcd endpoint is given");
        }
        this.endpoints = List.copyOf(endpoints);
        this.tls = tls;
    }

    /**
     * Sends one request and waits for its one reply, trying other members until the limit.
     *
     * @param method service and method, such as {@code KV/Range}
     * @throws StorageException if no member answered in time
     * @throws RpcException if a member refused the request
     */
    Protobuf.Message call(String method, Protobuf.Writer request, Duration limit) throws RpcException {
        long deadline = System.nanoTime() + limit.toNanos();
        long pause = Duration.ofMillis(20).toNanos();
        byte[] message = request.toBytes();
        Exception last;
        while (true) {
            try {
                return attempt(method, message, remaining(deadline));
            } catch (RpcException e) {
                if (!passing(e)) {
                    throw e;
                }
                last = e;
            } catch (IOException | TimeoutException e) {
                last = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StorageException("interrupted while waiting for etcd (" + method + ")", e);
            }
            if (deadline - System.nanoTime() <= pause || isClosed()) {
                throw new StorageException(
                        "etcd did not answer " + method + " within " + limit.toMillis() + " ms at any of " + endpoints
                                + "; last: " + last.getMessage(),
                        last);
            }
            if (last instanceof RpcException || !hasUntried()) {
                LockSupport.parkNanos(this, pause);
                pause = Math.min(pause * 2, MAX_PAUSE_NANOS);
            }
        }
    }

    /**
     * Opens a call whose replies come one by one, on the current member only.
     *
     * @throws IOException if the member cannot be reached
     */
    RpcCall stream(String method, Protobuf.Writer request) throws IOException {
        Http2Connection c = connect(CONNECT_LIMIT);
        try {
            return c.call(path(method), request.toBytes(), Duration.ZERO);
        } catch (IOException e) {
            moveOn(c);
            throw e;
        }
    }

    private Protobuf.Message attempt(String method, byte[] message, Duration left)
            throws IOException, RpcException, TimeoutException, InterruptedException {
        Http2Connection c = connect(min(left, CONNECT_LIMIT));
        Duration limit = min(left, ATTEMPT_LIMIT);
        try (RpcCall call = c.call(path(method), message, limit)) {
            byte[] reply =
                    call.next(limit).orElseThrow(() -> new IOException("etcd ended " + method + " without reply"));
            return Protobuf.Message.parse(reply);
        } catch (IOException | TimeoutException e) {
            moveOn(c);
            throw e;
        } catch (RpcException e) {
            if (e.code() == RpcException.UNAVAILABLE || e.code() == RpcException.DEADLINE_EXCEEDED) {
                moveOn(c);
            }
            throw e;
        }
    }

    private static String path(String method) {
        return "/etcdserverpb." + method;
    }

    /** Whether another try may succeed: no leader yet, or the member has not caught up with the users. */
    private static boolean passing(RpcException e) {
        return e.code() == RpcException.UNAVAILABLE
                || e.code() == RpcException.DEADLINE_EXCEEDED
                || (e.code() == RpcException.INVALID_ARGUMENT
                        && String.valueOf(e.getMessage()).contains("auth store is old"));
    }

    private Duration remaining(long deadline) {
        return Duration.ofNanos(Math.max(Duration.ofMillis(50).toNanos(), deadline - System.nanoTime()));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private synchronized Http2Connection connect(Duration limit) throws IOException {
        if (closed) {
            throw new IOException("this client is closed");
        }
        Http2Connection c = connection;
        if (c != null && c.isOpen()) {
            return c;
        }
        URI endpoint = endpoints.get(current % endpoints.size());
        try {
            c = Http2Connection.open(endpoint, tls, limit);
            connection = c;
            return c;
        } catch (IOException e) {
            current++;
            throw new IOException("cannot connect to etcd at " + endpoint + ": " + e.getMessage(), e);
        }
    }

    private synchronized void moveOn(Http2Connection failed) {
        if (connection == failed) {
            connection = null;
            current++;
            failed.close();
        }
    }

    /** Whether the list has not been gone through again since the last pause. */
    private synchronized boolean hasUntried() {
        return current % endpoints.size() != 0;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
