package io.neco.setup;

import io.neco.program.etcd.EtcdProgram;
import io.neco.store.ElectionName;
import io.neco.store.Leadership;
import io.neco.store.MemberSurvey;
import io.neco.store.NecoStore;
import io.neco.store.Snapshot;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Takes a server out of the cluster: one that lives ({@link #leave}), or one that is lost and will be reinstalled ({@link #replace}).
 * etcd never loses its majority by that; where it would, nothing is changed.
 *
 * <p>Source: pkg/neco/cmd/leave.go at 1eec387; see docs/life.md.
 */
public final class Departure {
    private static final int LEAST = 3;
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(2);
    private static final Duration REMOVE_DEADLINE = Duration.ofMinutes(1);
    private static final Duration CERTAINTY = Duration.ofSeconds(5);

    private final NecoStore store;
    private final Duration certainty;
    private final Waiting waiting = new Waiting();

    /** @param store etcd; stays the caller's */
    public Departure(NecoStore store) {
        this(store, CERTAINTY);
    }

    /** @param certainty for how long a member must be silent to count as lost */
    Departure(NecoStore store, Duration certainty) {
        this.store = store;
        this.certainty = certainty;
    }

    /**
     * Unregisters a server. Its member of etcd is removed at the end of the update that follows.
     *
     * @param lrn which
     * @param isForced whether fewer than three may be left
     * @return what was done and what follows, one sentence each
     * @throws IOException when it may not leave; the message tells why and what to do
     */
    public List<String> leave(int lrn, boolean isForced) throws IOException {
        Snapshot snapshot = store.snapshot();
        TreeSet<Integer> rest = new TreeSet<>(snapshot.servers());
        if (!rest.remove(lrn)) {
            throw new IOException("not found: boot server " + lrn + " is not registered (registered: "
                    + RackNumbers.listed(rest) + ")");
        }
        if (rest.isEmpty()) {
            throw new IOException("boot server " + lrn + " is the last one of the cluster and cannot leave it");
        }
        if (rest.size() < LEAST && !isForced) {
            throw new IOException(
                    "only " + RackNumbers.named(rest) + " would be left, and etcd of fewer than " + LEAST
                            + " members stands still as soon as one of them is out. Let another server join first, or use --force");
        }
        MemberSurvey survey = MemberSurvey.of(store);
        Optional<MemberSurvey.Entry> member = survey.find(EtcdProgram.memberName(lrn));
        if (member.isPresent()) {
            refuse(lrn, "leave", survey.whyRemovalIsUnsafe(member.get().member().id()));
        }
        if (!store.deleteBootServer(lrn, rest)) { // or two that leave at a time would each count on the other
            throw new IOException("another boot server has left meanwhile, so that nothing was changed; run it again");
        }
        List<String> told = new ArrayList<>();
        told.add("boot server " + lrn + " is unregistered; left: " + RackNumbers.listed(rest));
        told.add(next(snapshot, lrn));
        told.add("what runs on boot server " + lrn
                + " keeps running; there: `systemctl disable --now neco-worker neco-updater vault etcd-container"
                + " etcd-backup.timer`");
        return told;
    }

    /**
     * Removes a lost server's member of etcd and unregisters it, so that it can join again after it was reinstalled. May be repeated.
     *
     * @param me logical rack number of the server this runs on
     * @param lrn the lost server
     * @return what was done and what follows, one sentence each
     * @throws IOException when it is not lost, or etcd cannot do without it; the message tells why and what to do
     */
    public List<String> replace(int me, int lrn, String peerUrl) throws IOException, InterruptedException {
        if (me == lrn) {
            throw new IOException("this is boot server " + lrn + " itself; run it on another one");
        }
        List<String> told = new ArrayList<>();
        Snapshot snapshot;
        TreeSet<Integer> rest;
        boolean isRegistered;
        // nobody else takes a member away while this looks at them
        try (Leadership lock = store.campaign(ElectionName.WORKER, Integer.toString(me), TIME_TO_LIVE, LOCK_DEADLINE)) {
            snapshot = store.snapshot();
            rest = new TreeSet<>(snapshot.servers());
            isRegistered = rest.remove(lrn);
            Optional<MemberSurvey.Entry> member = find(MemberSurvey.of(store), lrn, peerUrl);
            if (!isRegistered && member.isEmpty()) {
                throw new IOException("not found: boot server " + lrn
                        + " is neither registered nor a member of etcd, so there is nothing to replace; run `neco join "
                        + RackNumbers.listed(rest).replace(",", "") + "` on it");
            }
            if (member.isPresent()) {
                remove(lock, lrn, peerUrl, member.get());
                told.add("removed " + member.get().name() + " from etcd");
            }
        }
        if (isRegistered) {
            store.deleteBootServer(lrn);
            told.add("boot server " + lrn + " is unregistered; left: " + RackNumbers.listed(rest));
        }
        told.add(next(snapshot, lrn));
        told.add("install boot server " + lrn + " anew, then run `neco join "
                + RackNumbers.listed(rest).replace(",", "") + "` on it");
        return told;
    }

    private static Optional<MemberSurvey.Entry> find(MemberSurvey survey, int lrn, String peerUrl) {
        return survey.find(EtcdProgram.memberName(lrn))
                .or(() -> survey.entries().stream()
                        .filter(e -> e.member().peerUrls().contains(peerUrl))
                        .findFirst());
    }

    private void requireLost(int lrn, String peerUrl) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        waiting.until(
                "making sure that " + EtcdProgram.memberName(lrn) + " is lost",
                certainty.plus(REMOVE_DEADLINE),
                "try again",
                () -> {
                    MemberSurvey survey = MemberSurvey.of(store);
                    Optional<MemberSurvey.Entry> member = find(survey, lrn, peerUrl);
                    if (member.isEmpty()) {
                        throw new IOException("somebody else has removed " + EtcdProgram.memberName(lrn)
                                + " meanwhile; run it again");
                    }
                    if (member.get().isHealthy()) {
                        throw new IOException("etcd of boot server " + lrn
                                + " answers, so it is not lost, and nothing was"
                                + " changed. Switch that server off first, or let it go with `neco leave " + lrn + "`");
                    }
                    refuse(
                            lrn,
                            "be replaced",
                            survey.whyRemovalIsUnsafe(member.get().member().id()));
                    return System.nanoTime() - begin >= certainty.toNanos()
                            ? Waiting.Look.found(survey)
                            : Waiting.Look.notYet(member.get().problem().orElse(""));
                });
    }

    /**
     * etcd may refuse for a while, and this server may stand still meanwhile. So before each attempt it is made sure anew that the member is
     * lost, and that the lock is held.
     */
    private void remove(Leadership lock, int lrn, String peerUrl, MemberSurvey.Entry member)
            throws IOException, InterruptedException {
        long id = member.member().id();
        waiting.until(
                "waiting for etcd to remove " + member.name(),
                REMOVE_DEADLINE,
                "etcd refuses while its other members are not healthy; see `etcdctl endpoint health --cluster`",
                () -> EtcdCalls.look(() -> {
                    if (store.members().stream().noneMatch(m -> m.id() == id)) {
                        return Waiting.Look.found(member); // an attempt without an answer has taken effect
                    }
                    requireLost(lrn, peerUrl);
                    if (!lock.confirm()) {
                        throw new IOException("lost the workers' lock while looking at etcd's members; run it again");
                    }
                    store.removeMember(id);
                    return Waiting.Look.found(member);
                }));
    }

    private static void refuse(int lrn, String what, Optional<String> reason) throws IOException {
        if (reason.isPresent()) {
            throw new IOException("boot server " + lrn + " cannot " + what + " now, and nothing was changed: "
                    + reason.get() + ". Bring back, or replace, those members first");
        }
    }

    private static String next(Snapshot snapshot, int lrn) {
        Optional<UpdateRequest> request = snapshot.request();
        if (request.isPresent() && request.get().stop()) {
            return "the update to " + request.get().version()
                    + " was stopped; the others take the change up after `neco recover`";
        }
        if (request.isPresent()
                && !UpdateProgress.isCompleted(
                        request.get().version(), request.get().servers(), snapshot.statuses())) {
            return "an update to " + request.get().version()
                    + " is going on; the others take the change up when it has ended"
                    + (request.get().isMember(lrn)
                            ? ". It waits for boot server " + lrn
                                    + ", too: if that one is lost, it ends after worker-timeout"
                                    + " (`neco config get worker-timeout`), then run `neco recover`"
                            : "");
        }
        return "neco-updater now lets the others walk the steps without it, see `neco status --watch`";
    }
}
