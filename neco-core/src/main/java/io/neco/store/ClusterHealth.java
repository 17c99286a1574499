package io.neco.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until etcd's members are fit for one of them to be restarted: all of them answer, follow the same leader, and have applied
 * what the leader had committed when the wait began.
 */
public final class ClusterHealth {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final NecoStore store;

    /** @param store connected to the cluster; whoever opened it closes it */
    public ClusterHealth(NecoStore store) {
        this.store = store;
    }

    /** What is known of one member. */
    public sealed interface Report {
        /** The member, for messages. */
        String member();

        /**
         * It answered.
         *
         * @param health what it said
         */
        record Answer(String member, MemberHealth health) implements Report {}

        /**
         * It did not answer.
         *
         * @param reason why
         */
        record Failure(String member, String reason) implements Report {}
    }

    /** Whether the cluster is fit. */
    public sealed interface Verdict {
        /**
         * All is well.
         *
         * @param revision the oldest of the members' newest revisions
         */
        record Healthy(long revision) implements Verdict {}

        /**
         * Something is missing.
         *
         * @param reason what, of which member
         */
        record NotYet(String reason) implements Verdict {}
    }

    /**
     * Judges the members' reports.
     *
     * @param reports one per member
     * @param expectedMembers how many members there must be
     * @param neededIndex raft index every member must have applied; empty: not known yet
     */
    public static Verdict judge(List<Report> reports, int expectedMembers, OptionalLong neededIndex) {
        if (reports.size() != expectedMembers) {
            return new Verdict.NotYet("etcd has " + reports.size() + " members instead of " + expectedMembers);
        }
        Optional<MemberHealth> first = Optional.empty();
        long revision = Long.MAX_VALUE;
        for (Report report : reports) {
            if (report instanceof Report.Failure failure) {
                return new Verdict.NotYet(failure.member() + ": " + failure.reason());
            }
            MemberHealth health = ((Report.Answer) report).health();
            if (health.leaderId() == 0) {
                return new Verdict.NotYet(report.member() + " has no leader");
            }
            if (first.isPresent() && first.get().leaderId() != health.leaderId()) {
                return new Verdict.NotYet(report.member() + " follows another leader than "
                        + first.get().endpoint());
            }
            if (neededIndex.isPresent() && health.raftAppliedIndex() < neededIndex.getAsLong()) {
                return new Verdict.NotYet(report.member() + " has applied raft index " + health.raftAppliedIndex()
                        + " but not yet " + neededIndex.getAsLong());
            }
            first = first.or(() -> Optional.of(health));
            revision = Math.min(revision, health.revision());
        }
        return new Verdict.Healthy(revision);
    }

    /** The index a leader among the reports had committed. */
    static OptionalLong leaderIndex(List<Report> reports) {
        return reports.stream()
                .filter(Report.Answer.class::isInstance)
                .map(report -> ((Report.Answer) report).health())
                .filter(health -> health.memberId() == health.leaderId())
                .mapToLong(MemberHealth::raftIndex)
                .max();
    }

    /**
     * Waits until {@code expectedMembers} members are healthy and have caught up with the leader.
     *
     * @param limit how long at most
     * @throws StoreTimeoutException naming the member that is not ready and why
     */
    public void awaitAllHealthy(int expectedMembers, Duration limit) throws InterruptedException {
        await(expectedMembers, 0, limit);
    }

    /**
     * Waits until {@code expectedMembers} members are healthy and know {@code revision}.
     *
     * @param revision etcd revision, e.g. of a snapshot
     * @param limit how long at most
     * @throws StoreTimeoutException naming the member that is not ready and why
     */
    public void awaitRevision(int expectedMembers, long revision, Duration limit) throws InterruptedException {
        await(expectedMembers, revision, limit);
    }

    private void await(int expectedMembers, long revision, Duration limit) throws InterruptedException {
        Deadline deadline = Deadline.in(limit);
        Duration pause = FIRST_PAUSE;
        OptionalLong needed = OptionalLong.empty();
        while (true) {
            String missing;
            try {
                List<Report> reports = reports();
                needed = needed.isPresent() ? needed : leaderIndex(reports);
                Verdict verdict = judge(reports, expectedMembers, needed);
                if (verdict instanceof Verdict.Healthy healthy && needed.isPresent()) {
                    if (healthy.revision() >= revision) {
                        return;
                    }
                    missing = "a member knows revision " + healthy.revision() + " but not yet " + revision;
                } else {
                    missing =
                            verdict instanceof Verdict.NotYet notYet ? notYet.reason() : "no member says that it leads";
                }
            } catch (StoreException e) {
                missing = String.valueOf(e.getMessage());
            }
            if (deadline.isOver()) {
                throw new StoreTimeoutException(
                        "etcd's members are not all healthy after " + limit.toMillis() + " ms: " + missing);
            }
            pause(deadline.atMost(pause));
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /** Asks the members one after the other, up to the first that does not answer. */
    private List<Report> reports() {
        List<Report> reports = new ArrayList<>();
        boolean failed = false;
        for (Member member : store.members()) {
            Report report = failed ? new Report.Failure(member.name(), "not asked") : report(member);
            failed |= report instanceof Report.Failure;
            reports.add(report);
        }
        return reports;
    }

    private Report report(Member member) {
        if (member.clientUrls().isEmpty()) {
            return new Report.Failure(
                    "member at " + String.join(", ", member.peerUrls()), "was added but has never been started");
        }
        String name = member.name() + " (" + member.clientUrls().get(0) + ")";
        try {
            return new Report.Answer(name, store.health(member.clientUrls().get(0)));
        } catch (StoreException e) {
            return new Report.Failure(name, String.valueOf(e.getMessage()));
        }
    }

    private void pause(Duration pause) throws InterruptedException {
        Deadline end = Deadline.in(pause);
        while (!end.isOver()) {
            LockSupport.parkNanos(this, end.remaining().toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for etcd's members");
            }
        }
    }
}
