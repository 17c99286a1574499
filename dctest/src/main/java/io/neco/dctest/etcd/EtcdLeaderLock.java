package io.neco.dctest.etcd;

import io.neco.dctest.storage.LeaderLock;
import io.neco.dctest.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** A key with a lease: who created it holds the lock, and its value is the holder's advertisement. */
final class EtcdLeaderLock implements LeaderLock {
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);
    private static final Duration KEEP_ALIVE_LIMIT = Duration.ofSeconds(4);
    private static final Duration RELEASE_LIMIT = Duration.ofSeconds(1);

    private final EtcdClient client;
    private final String key;
    private final SecureRandom random = new SecureRandom();
    private volatile long lease;
    private volatile long revision;

    EtcdLeaderLock(EtcdClient client, String key) {
        this.client = client;
        this.key = key;
    }

    String key() {
        return key;
    }

    /** The create revision of the key while this server holds it. */
    Optional<Long> heldSince() {
        long held = revision;
        return held == 0 ? Optional.empty() : Optional.of(held);
    }

    @Override
    public synchronized boolean tryAcquire(byte[] advertisement) {
        try {
            if (holder().isPresent()) {
                return false;
            }
            long id = random.nextLong() & Long.MAX_VALUE;
            grant(id);
            Protobuf.Writer put = new Protobuf.Writer()
                    .bytes(1, key.getBytes(StandardCharsets.UTF_8))
                    .bytes(2, advertisement)
                    .number(3, id);
            Protobuf.Writer get = new Protobuf.Writer().bytes(1, key.getBytes(StandardCharsets.UTF_8));
            Protobuf.Writer read = new Protobuf.Writer().message(1, get);
            Protobuf.Writer txn = new Protobuf.Writer()
                    .message(1, EtcdStorage.createdAt(key, 0))
                    .message(2, new Protobuf.Writer().message(2, put))
                    .message(2, read)
                    .message(3, read);
            long created = 0;
            try {
                created = createRevisionIfLeasedBy(client.call("KV/Txn", txn, EtcdStorage.CALL_LIMIT), id);
            } finally {
                if (created == 0) {
                    giveUp(id);
                }
            }
            if (created == 0) {
                return false;
            }
            lease = id;
            revision = created;
            return true;
        } catch (RpcException | IOException e) {
            throw new StorageException("cannot take the leader lock " + key + ": " + e.getMessage(), e);
        }
    }

    /** The transaction may have been sent twice: not its success counts, but whose lease the key carries. */
    private static long createRevisionIfLeasedBy(Protobuf.Message reply, long lease) throws IOException {
        for (Protobuf.Message response : reply.messages(3)) {
            for (Protobuf.Message range : response.messages(1)) {
                for (Protobuf.Message kv : range.messages(2)) {
                    return kv.number(6) == lease ? kv.number(2) : 0;
                }
            }
        }
        return 0;
    }

    private void grant(long id) throws RpcException {
        try {
            client.call(
                    "Lease/LeaseGrant",
                    new Protobuf.Writer().number(1, TIME_TO_LIVE.toSeconds()).number(2, id),
                    EtcdStorage.CALL_LIMIT);
        } catch (RpcException e) {
            if (e.code() != RpcException.FAILED_PRECONDITION) {
                throw e;
            }
        }
    }

    /** Without an answer the key may be ours all the same; nobody else could take it before its lease ends. */
    private void giveUp(long id) {
        try {
            revoke(id);
        } catch (RpcException e) {
            System.err.println("lease " + id + " of the leader lock " + key + " is left to expire: " + e.getMessage());
        }
    }

    private void revoke(long id) throws RpcException {
        try {
            client.call("Lease/LeaseRevoke", new Protobuf.Writer().number(1, id), RELEASE_LIMIT);
        } catch (RpcException e) {
            if (e.code() != RpcException.NOT_FOUND) {
                throw e;
            }
        }
    }

    @Override
    public Optional<byte[]> holder() {
        try {
            Protobuf.Message reply = read();
            return reply.messages(2).stream().findFirst().map(kv -> kv.bytes(5));
        } catch (RpcException | IOException e) {
            throw new StorageException("cannot read the leader lock " + key + ": " + e.getMessage(), e);
        }
    }

    private Protobuf.Message read() throws RpcException {
        return client.call(
                "KV/Range",
                new Protobuf.Writer().bytes(1, key.getBytes(StandardCharsets.UTF_8)),
                EtcdStorage.CALL_LIMIT);
    }

    @Override
    public boolean keepAlive() {
        long id = lease;
        if (id == 0) {
            return false;
        }
        try {
            Protobuf.Message reply =
                    client.call("Lease/LeaseKeepAlive", new Protobuf.Writer().number(1, id), KEEP_ALIVE_LIMIT);
            return reply.number(3) > 0;
        } catch (RpcException e) {
            throw new StorageException("cannot renew the lease of the leader lock: " + e.getMessage(), e);
        }
    }

    @Override
    public Duration timeToLive() {
        return TIME_TO_LIVE;
    }

    @Override
    public void awaitRelease(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            Protobuf.Message reply = read();
            if (reply.messages(2).isEmpty()) {
                return;
            }
            long seen = reply.messages(1).get(0).number(3);
            Protobuf.Writer watch = new Protobuf.Writer()
                    .bytes(1, key.getBytes(StandardCharsets.UTF_8))
                    .number(3, seen + 1);
            try (RpcCall call = client.stream("Watch/Watch", new Protobuf.Writer().message(1, watch))) {
                while (true) {
                    Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
                    Optional<byte[]> next = call.next(left);
                    if (next.isEmpty()
                            || !Protobuf.Message.parse(next.get()).all(11).isEmpty()) {
                        return;
                    }
                }
            }
        } catch (TimeoutException e) {
            return;
        } catch (RpcException | IOException e) {
            throw new StorageException("cannot watch the leader lock " + key + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void release() {
        long id = lease;
        lease = 0;
        revision = 0;
        if (id != 0) {
            try {
                revoke(id);
            } catch (RpcException e) {
                throw new StorageException("cannot release the leader lock " + key + ": " + e.getMessage(), e);
            }
        }
    }
}
