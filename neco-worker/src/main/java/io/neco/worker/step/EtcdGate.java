package io.neco.worker.step;

import io.neco.store.Member;
import io.neco.store.MemberHealth;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Lets through only while etcd can do without one of its members: all of them answer, follow one leader, and have applied what was
 * committed when the wait began.
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
        long[] goal = {-1};
        Condition healthy = () -> missing(isMeant, goal);
        healthy.await(
                "all members of etcd to be healthy and caught up",
                deadline,
                "see `journalctl -u etcd-container` on that server, and `etcdctl endpoint status`",
                cancellation);
    }

    private Optional<String> missing(Predicate<Member> isMeant, long[] goal) {
        List<MemberHealth> answers = new ArrayList<>();
        List<Member> members = store.members();
        for (Member member : members) {
            if (!isMeant.test(member)) {
                continue;
            }
            if (member.clientUrls().isEmpty()) {
                return Optional.of("member " + describe(member) + " has not started yet");
            }
            try {
                answers.add(store.health(member.clientUrls().get(0)));
            } catch (StoreException e) {
                return Optional.of("member " + describe(member) + ": " + e.getMessage());
            }
        }
        if (answers.isEmpty()) {
            return Optional.of("etcd has none of the expected members");
        }
        if (goal[0] < 0) {
            goal[0] = answers.stream().mapToLong(MemberHealth::raftIndex).max().orElse(0);
        }
        for (MemberHealth answer : answers) {
            if (answer.leaderId() == 0 || answer.leaderId() != answers.get(0).leaderId()) {
                return Optional.of("the members do not follow one leader");
            }
            if (answer.raftAppliedIndex() < goal[0]) {
                return Optional.of("member at " + answer.endpoint() + " is " + (goal[0] - answer.raftAppliedIndex())
                        + " entries behind");
            }
        }
        return Optional.empty();
    }

    private static String describe(Member member) {
        return member.name().isEmpty() ? String.join(",", member.peerUrls()) : member.name();
    }
}
