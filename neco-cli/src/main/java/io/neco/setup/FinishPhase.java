package io.neco.setup;

import io.neco.program.etcd.EtcdProgram;
import io.neco.program.vault.VaultProgram;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.time.Duration;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two barriers of setup, between which etcd and Vault take up their new certificates; source: setup/setup.go at 1eec387.
 */
final class FinishPhase {
    private static final Logger log = LoggerFactory.getLogger(FinishPhase.class);
    private static final Duration OTHERS_DEADLINE = Duration.ofMinutes(10);
    /** The reference looks every half second whether all reports are 0 at the same time, for ever. */
    private static final Duration SEEN_BY_REFERENCE = Duration.ofSeconds(1);

    private static final int READY = 0;
    private static final int RESTARTED = 1;

    private final SetupHost host;
    private final BootCluster cluster;
    private final Waiting waiting;
    private final EtcdCalls calls;
    private long firstBarrier = System.nanoTime() - SEEN_BY_REFERENCE.toNanos();

    FinishPhase(SetupHost host, BootCluster cluster, Waiting waiting) {
        this.host = host;
        this.cluster = cluster;
        this.waiting = waiting;
        this.calls = new EtcdCalls(waiting);
    }

    /** Registers this server and waits until all have. */
    void register(NecoStore store) throws IOException, InterruptedException {
        int me = cluster.me();
        calls.write("waiting for etcd to register this server", () -> {
            store.registerBootServer(me);
            for (String name : new String[] {EtcdProgram.IMAGE, VaultProgram.IMAGE}) {
                store.recordContainerTag(me, name, host.artifacts().image(name).tag());
            }
            store.finish(me, READY);
        });
        await(store, READY, Waiting.WHILE_OTHERS_PULL, "waiting for all servers to finish");
        firstBarrier = System.nanoTime();
    }

    /** Makes etcd and Vault use their new certificates. Returns a new connection; the old one is closed. */
    NecoStore restart(NecoStore old, EtcdPhase etcd, VaultPhase vault, VaultClient client)
            throws IOException, InterruptedException {
        log.info("etcd and Vault take up their new certificates");
        old.close();
        etcd.takeUpCertificates();
        NecoStore store = etcd.reconnect();
        boolean isDone = false;
        try {
            vault.takeUpCertificates();
            vault.awaitLeader(client);
            isDone = true;
            return store;
        } finally {
            if (!isDone) {
                store.close();
            }
        }
    }

    /** Tells that this server has restarted, once any server has seen that all had registered, and waits until all have. */
    void awaitRestarts(NecoStore store) throws IOException, InterruptedException {
        waiting.until(
                "leaving servers that are set up by the reference the time to see the barrier",
                OTHERS_DEADLINE,
                "run the same command again",
                () -> System.nanoTime() - firstBarrier >= SEEN_BY_REFERENCE.toNanos()
                        ? Waiting.Look.found(cluster)
                        : Waiting.Look.notYet(""));
        calls.write("waiting for etcd to note the restart", () -> store.finish(cluster.me(), RESTARTED));
        await(store, RESTARTED, OTHERS_DEADLINE, "waiting for all servers to restart vault");
    }

    /** A server that is further counts as well: unlike the reference nobody has to hurry to see the others. */
    private void await(NecoStore store, int stage, Duration deadline, String what)
            throws IOException, InterruptedException {
        waiting.until(what, deadline, "see the output of neco setup there", () -> {
            TreeSet<Integer> reached = new TreeSet<>();
            try {
                for (int s = stage; s <= RESTARTED; s++) {
                    reached.addAll(store.finished(s));
                }
            } catch (MalformedValueException e) {
                throw new IOException(e.getMessage(), e); // waiting does not mend it
            } catch (StoreException e) {
                // the others may be restarting etcd right now
                return Waiting.Look.notYet("etcd's answer: " + e.getMessage());
            }
            return reached.containsAll(cluster.lrns())
                    ? Waiting.Look.found(reached)
                    : Waiting.Look.notYet(cluster.missing(reached));
        });
    }
}
