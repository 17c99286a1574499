package io.neco.dctest.etcd;

import io.neco.dctest.storage.Entries;
import io.neco.dctest.storage.StorageException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Entries below a prefix in etcd. A transaction whose answer was lost is sent again and may then find its own change;
 * callers see it as refused and must look at what is there.
 */
public final class EtcdEntries implements Entries {
    private static final int KEY = 1;
    private static final int MOD_REVISION = 2;

    private final EtcdClient client;
    private final String prefix;

    /**
     * Does not connect yet.
     *
     * @param endpoints members of the cluster, the preferred one first
     * @param tls settings for https members
     * @param prefix where the entries go, such as {@code /sabakan/}
     */
    public EtcdEntries(List<URI> endpoints, Optional<SSLContext> tls, String prefix) {
        this.client = new EtcdClient(endpoints, tls);
        this.prefix = prefix;
    }

    @Override
    public Optional<Entry> get(String key) {
        Protobuf.Message reply = send("KV/Range", new Protobuf.Writer().bytes(KEY, bytes(prefix + key)), "read " + key);
        return entries(reply, key).stream().findFirst();
    }

    @Override
    public List<Entry> list(String start) {
        return entries(send("KV/Range", range(start), "list " + start), start);
    }

    @Override
    public List<String> keys(String start) {
        return entries(send("KV/Range", range(start).number(8, 1), "list " + start), start).stream()
                .map(Entry::key)
                .toList();
    }

    private Protobuf.Writer range(String start) {
        byte[] from = bytes(prefix + start);
        return new Protobuf.Writer().bytes(KEY, from).bytes(2, endOf(from));
    }

    private List<Entry> entries(Protobuf.Message reply, String what) {
        List<Entry> found = new ArrayList<>();
        try {
            for (Protobuf.Message kv : reply.messages(2)) {
                String key = new String(kv.bytes(KEY), StandardCharsets.UTF_8);
                found.add(new Entry(key.substring(prefix.length()), kv.bytes(5), kv.number(3)));
            }
        } catch (IOException e) {
            throw new StorageException("cannot understand etcd's answer about " + what, e);
        }
        return found;
    }

    @Override
    public boolean commit(Map<String, Long> seen, Map<String, byte[]> puts, Set<String> deletes) {
        Protobuf.Writer txn = new Protobuf.Writer();
        seen.forEach((key, revision) -> txn.message(1, unchanged(prefix + key, revision)));
        puts.forEach((key, value) -> txn.message(
                2,
                new Protobuf.Writer()
                        .message(
                                2,
                                new Protobuf.Writer()
                                        .bytes(KEY, bytes(prefix + key))
                                        .bytes(2, value))));
        deletes.forEach(key -> txn.message(
                2, new Protobuf.Writer().message(3, new Protobuf.Writer().bytes(KEY, bytes(prefix + key)))));
        return send("KV/Txn", txn, "write " + puts.keySet() + deletes).number(2) == 1;
    }

    /** A comparison of a key's last revision; of one that does not exist it is 0. */
    private static Protobuf.Writer unchanged(String key, long revision) {
        return new Protobuf.Writer()
                .number(2, MOD_REVISION)
                .bytes(3, bytes(key))
                .number(6, revision);
    }

    @Override
    public long revision() {
        Protobuf.Message reply = send(
                "KV/Range", new Protobuf.Writer().bytes(KEY, bytes(prefix)).number(6, 1), "read the store's revision");
        try {
            return reply.messages(1).get(0).number(3);
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new StorageException("cannot understand etcd's answer about its revision", e);
        }
    }

    @Override
    public void awaitChange(long revision, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        byte[] from = bytes(prefix);
        Protobuf.Writer watch =
                new Protobuf.Writer().bytes(KEY, from).bytes(2, endOf(from)).number(3, revision + 1);
        try (RpcCall call = client.stream("Watch/Watch", new Protobuf.Writer().message(1, watch))) {
            while (true) {
                Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
                Optional<byte[]> next = call.next(left);
                if (next.isEmpty()
                        || !Protobuf.Message.parse(next.get()).all(11).isEmpty()) {
                    return;
                }
            }
        } catch (TimeoutException e) {
            return;
        } catch (RpcException | IOException e) {
            throw new StorageException("cannot watch " + prefix + ": " + e.getMessage(), e);
        }
    }

    private Protobuf.Message send(String method, Protobuf.Writer request, String what) {
        try {
            return client.call(method, request, EtcdStorage.CALL_LIMIT);
        } catch (RpcException e) {
            throw new StorageException("cannot " + what + " below " + prefix + ": " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] endOf(byte[] start) {
        byte[] end = start.clone();
        end[end.length - 1]++;
        return end;
    }

    @Override
    public void close() {
        client.close();
    }
}
