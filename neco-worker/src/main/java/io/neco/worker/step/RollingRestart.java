package io.neco.worker.step;

import io.neco.program.etcd.EtcdProgram;
import io.neco.store.ElectionName;
import io.neco.store.Leadership;
import io.neco.store.Member;
import io.neco.store.NecoStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something that takes this server's etcd away for a moment, one server at a time: under the workers' lock, when all members are
 * healthy, and holding the lock until this server's member is healthy again.
 */
public final class RollingRestart {
    private static final Logger log = LoggerFactory.getLogger(RollingRestart.class);
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(10);
    private static final Duration BEFORE_DEADLINE = Duration.ofMinutes(5);
    private static final Duration AFTER_DEADLINE = Duration.ofMinutes(5);

    private final StepHost host;
    private final NecoStore store;
    private final Cancellation cancellation;

    /** What takes etcd away. */
    @FunctionalInterface
    public interface Action {
        /** Does it, and returns when etcd may come back. */
        void run() throws IOException, CancelledException, InterruptedException;
    }

    /** What is done first. */
    @FunctionalInterface
    public interface Preparation {
        /**
         * Does it.
         *
         * @param lock the workers' lock; whatever others would suffer from is done only while it is held
         */
        void run(Leadership lock) throws IOException, CancelledException, InterruptedException;
    }

    /** @param cancellation heeded until the action begins */
    public RollingRestart(StepHost host, NecoStore store, Cancellation cancellation) {
        this.host = host;
        this.store = store;
        this.cancellation = cancellation;
    }

    /**
     * Waits for this server's turn, prepares, and acts.
     *
     * @param what for log and errors, e.g. {@code restart etcd}
     * @param prepare done under the lock before the members are looked at
     * @param action what takes etcd away
     */
    public void run(String what, Preparation prepare, Action action)
            throws IOException, CancelledException, InterruptedException {
        String me = EtcdProgram.memberName(host.lrn());
        Predicate<Member> all = member -> true;
        Predicate<Member> own = member -> member.name().equals(me);
        String candidate = Integer.toString(host.lrn());
        long begin = System.nanoTime();
        try (Leadership lock = cancellation.interrupting(
                () -> store.campaign(ElectionName.WORKER, candidate, TIME_TO_LIVE, LOCK_DEADLINE))) {
            EtcdGate gate = new EtcdGate(store);
            prepare.run(lock);
            List<Member> members = store.members();
            boolean isMember = members.stream().anyMatch(own);
            if (isMember && members.size() > 1) {
                gate.awaitHealthy(all, BEFORE_DEADLINE, cancellation);
            }
            cancellation.check();
            if (!lock.confirm()) {
                throw new IOException("cannot " + what + ": lost the workers' lock while waiting for healthy members");
            }
            long turn = System.nanoTime();
            action.run();
            if (isMember) {
                gate.awaitHealthy(own, AFTER_DEADLINE, new Cancellation());
            }
            log.atInfo()
                    .addKeyValue("waited", (turn - begin) / 1e9)
                    .addKeyValue("response_time", (System.nanoTime() - turn) / 1e9)
                    .log(what + ": done");
        }
    }
}
