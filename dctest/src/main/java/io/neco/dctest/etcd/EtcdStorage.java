package io.neco.dctest.etcd;

import io.neco.dctest.storage.LeaderLock;
import io.neco.dctest.storage.Storage;
import io.neco.dctest.storage.StorageException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Entries below a path in etcd. While this server holds the leader lock, each of its writes is a transaction that
 * takes effect only if it still does, so that a server that was cut off cannot overwrite what its successor wrote.
 */
public final class EtcdStorage implements Storage {
    static final Duration CALL_LIMIT = Duration.ofSeconds(8);
    private static final int KEY = 1;

    private final EtcdClient client;
    private final String path;
    private final boolean highAvailability;
    private final EtcdLeaderLock lock;

    /**
     * Does not connect yet.
     *
     * @param endpoints members of the cluster, the preferred one first
     * @param tls settings for https members
     * @param path where the entries go, such as {@code /vault/}
     * @param highAvailability whether several servers share the path
     */
    public EtcdStorage(List<URI> endpoints, Optional<SSLContext> tls, String path, boolean highAvailability) {
        this.client = new EtcdClient(endpoints, tls);
        this.path = "/" + path.replaceAll("^/+|/+$", "") + "/";
        this.highAvailability = highAvailability;
        this.lock = new EtcdLeaderLock(client, this.path + "core/lock");
    }

    @Override
    public String type() {
        return "etcd";
    }

    @Override
    public Optional<byte[]> get(String key) {
        Protobuf.Message reply = send("KV/Range", new Protobuf.Writer().bytes(KEY, bytes(path + key)), "read " + key);
        return first(reply, "read " + key).map(kv -> kv.bytes(5));
    }

    @Override
    public List<String> keys(String prefix) {
        byte[] from = bytes(path + prefix);
        Protobuf.Writer request =
                new Protobuf.Writer().bytes(KEY, from).bytes(2, endOf(from)).number(8, 1);
        Protobuf.Message reply = send("KV/Range", request, "list " + prefix);
        List<String> keys = new ArrayList<>();
        try {
            for (Protobuf.Message kv : reply.messages(2)) {
                keys.add(new String(kv.bytes(KEY), StandardCharsets.UTF_8).substring(path.length()));
            }
        } catch (IOException e) {
            throw new StorageException("cannot understand etcd's answer to list " + prefix, e);
        }
        return keys;
    }

    @Override
    public void put(String key, byte[] value) {
        Protobuf.Writer put =
                new Protobuf.Writer().bytes(KEY, bytes(path + key)).bytes(2, value);
        change(new Protobuf.Writer().message(2, put), "write " + key);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] value) {
        Protobuf.Writer put =
                new Protobuf.Writer().bytes(KEY, bytes(path + key)).bytes(2, value);
        Protobuf.Writer txn = new Protobuf.Writer()
                .message(1, createdAt(path + key, 0))
                .message(2, new Protobuf.Writer().message(2, put));
        return send("KV/Txn", txn, "create " + key).number(2) == 1;
    }

    @Override
    public void delete(String key) {
        Protobuf.Writer delete = new Protobuf.Writer().bytes(KEY, bytes(path + key));
        change(new Protobuf.Writer().message(3, delete), "delete " + key);
    }

    private void change(Protobuf.Writer operation, String what) {
        Protobuf.Writer txn = new Protobuf.Writer();
        Optional<Long> held = lock.heldSince();
        held.ifPresent(revision -> txn.message(1, createdAt(lock.key(), revision)));
        txn.message(2, operation);
        if (send("KV/Txn", txn, what).number(2) != 1) {
            throw new StorageException("this server lost the leader lock before it could " + what);
        }
    }

    /** A comparison of a key's create revision; 0 means that the key does not exist. */
    static Protobuf.Writer createdAt(String key, long revision) {
        return new Protobuf.Writer().number(2, 1).bytes(3, bytes(key)).number(5, revision);
    }

    private Protobuf.Message send(String method, Protobuf.Writer request, String what) {
        try {
            return client.call(method, request, CALL_LIMIT);
        } catch (RpcException e) {
            throw new StorageException("cannot " + what + " below " + path + ": " + e.getMessage(), e);
        }
    }

    private static Optional<Protobuf.Message> first(Protobuf.Message range, String what) {
        try {
            return range.messages(2).stream().findFirst();
        } catch (IOException e) {
            throw new StorageException("cannot understand etcd's answer to " + what, e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] endOf(byte[] prefix) {
        byte[] end = prefix.clone();
        end[end.length - 1]++;
        return end;
    }

    @Override
    public Optional<LeaderLock> leaderLock() {
        return highAvailability ? Optional.of(lock) : Optional.empty();
    }

    @Override
    public void close() {
        client.close();
    }
}
