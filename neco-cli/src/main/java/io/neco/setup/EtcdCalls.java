package io.neco.setup;

import io.neco.program.etcd.EtcdProgram;
import io.neco.store.EtcdConfigException;
import io.neco.store.LostLeadershipException;
import io.neco.store.MalformedValueException;
import io.neco.store.StoreException;
import java.io.IOException;
import java.time.Duration;

/**
 * Calls to etcd that change the same when they are repeated, made again until etcd has answered. One call has some seconds, and a write is
 * sent once; where a member, or the leader, stands still for that long, the write may be carried out all the same and others may have seen
 * it. To give up then, and stop etcd here, would leave them with a member less.
 *
 * @param waiting how it is waited
 * @param deadline when to give up
 */
record EtcdCalls(Waiting waiting, Duration deadline) {
    private static final Duration OTHERS_DEADLINE = Duration.ofMinutes(10);

    /** As long as for other servers: etcd serves when most of them do. */
    EtcdCalls(Waiting waiting) {
        this(waiting, OTHERS_DEADLINE);
    }

    /** Reads something. */
    @FunctionalInterface
    interface Read<T> {
        T read() throws IOException, InterruptedException;
    }

    /** Writes something, twice as well as once. */
    @FunctionalInterface
    interface Write {
        void write() throws IOException, InterruptedException;
    }

    /**
     * Reads.
     *
     * @param what what is waited for, e.g. {@code waiting for etcd to tell Vault's root token}
     */
    <T> T read(String what, Read<T> read) throws IOException, InterruptedException {
        return waiting.until(
                what,
                deadline,
                "see `journalctl -u " + EtcdProgram.SERVICE + "`",
                () -> look(() -> Waiting.Look.found(read.read())));
    }

    /**
     * Writes.
     *
     * @param what what is waited for, e.g. {@code waiting for etcd to register this server}
     */
    void write(String what, Write write) throws IOException, InterruptedException {
        read(what, () -> {
            write.write();
            return true;
        });
    }

    /** One look of a longer wait, where no answer means: not yet. What does not mend itself is thrown. */
    static <T> Waiting.Look<T> look(Waiting.Condition<T> condition) throws IOException, InterruptedException {
        try {
            return condition.look();
        } catch (MalformedValueException | EtcdConfigException | LostLeadershipException e) {
            throw e;
        } catch (StoreException e) {
            return Waiting.Look.notYet("etcd's answer: " + e.getMessage());
        }
    }
}
