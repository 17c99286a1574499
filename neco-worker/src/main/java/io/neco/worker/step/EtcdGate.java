package io.neco.worker.step;

import io.neco.store.ClusterHealth;
import io.neco.store.Member;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Lets through only while etcd can do without one of its members: all of them answer, follow one leader, and have applied what was
 * committed when the wait began. Members that are not meant may be in any state; those that answer also tell what
 * was committed.
 */
public final class EtcdGate {
    private final NecoStore store;

    /** @param store etcd */
    public EtcdGate(NecoStore store) {
        this.store = store;
    }

    /** Waits until all members that {@code isMeant} are healthy and caught up. */
    public void awaitHealthy(Predicate<Member> isMeant, Duration deadline, Cancellation cancellation)
            throws IOException, CancelledException, InterruptedException {
        OptionalLong[] goal = {OptionalLong.empty()};
        Condition healthy = () -> missing(isMeant, goal);
        healthy.await(
                "all members of etcd to be healthy and caught up",
                deadline,
                "see `journalctl -u etcd-container` on that server, and `etcdctl endpoint status`",
                cancellation);
    }

    private Optional<String> missing(Predicate<Member> isMeant, OptionalLong[] goal) {
        List<ClusterHealth.Report> reports = new ArrayList<>();
        OptionalLong committed = OptionalLong.empty();
        for (Member member : store.members()) {
            // what one that was just restarted knows by itself says little: the others tell how far it has to come
            if (isMeant.test(member) || goal[0].isEmpty()) {
                ClusterHealth.Report report = ask(member);
                if (report instanceof ClusterHealth.Report.Answer answer) {
                    committed = OptionalLong.of(
                            Math.max(committed.orElse(0), answer.health().raftIndex()));
                }
                if (isMeant.test(member)) {
                    reports.add(report);
                }
            }
        }
        if (reports.isEmpty()) {
            return Optional.of("etcd has none of the expected members");
        }
        if (goal[0].isEmpty() && reports.stream().allMatch(ClusterHealth.Report.Answer.class::isInstance)) {
            goal[0] = committed;
        }
        return ClusterHealth.judge(reports, reports.size(), goal[0]) instanceof ClusterHealth.Verdict.NotYet notYet
                ? Optional.of(notYet.reason())
                : Optional.empty();
    }

    private ClusterHealth.Report ask(Member member) {
        String name = member.name().isEmpty() ? String.join(",", member.peerUrls()) : member.name();
        if (member.clientUrls().isEmpty()) {
            return new ClusterHealth.Report.Failure(name, "has not started yet");
        }
        try {
            return new ClusterHealth.Report.Answer(
                    name, store.health(member.clientUrls().get(0)));
        } catch (StoreException e) {
            return new ClusterHealth.Report.Failure(name, String.valueOf(e.getMessage()));
        }
    }
}
