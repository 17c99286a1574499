package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.ClusterHealth.Report;
import io.neco.store.ClusterHealth.Verdict;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ClusterHealthTest {
    private static Report member(int id, long leader, long index, long applied) {
        String url = "https://10.69.0." + id + ":2379";
        return new Report.Answer("boot-" + id, new MemberHealth(url, "3.5.4", 100 + id, index, applied, leader, id));
    }

    private static String reason(List<Report> reports, int expected, OptionalLong index) {
        return ((Verdict.NotYet) ClusterHealth.judge(reports, expected, index)).reason();
    }

    @Test
    void healthyWhenAllFollowOneLeaderAndHaveCaughtUp() {
        List<Report> reports = List.of(member(0, 2, 50, 50), member(1, 2, 52, 51), member(2, 2, 52, 52));

        assertThat(ClusterHealth.judge(reports, 3, OptionalLong.of(50))).isEqualTo(new Verdict.Healthy(100));
        assertThat(ClusterHealth.leaderIndex(reports)).hasValue(52);
    }

    @Test
    void waitsForAMemberThatLagsBehind() {
        assertThat(reason(List.of(member(1, 1, 50, 50), member(2, 1, 50, 49)), 2, OptionalLong.of(50)))
                .isEqualTo("boot-2 has applied raft index 49 but not yet 50");
    }

    @Test
    void waitsForAMemberThatDoesNotAnswer() {
        assertThat(reason(
                        List.of(member(1, 1, 1, 1), new Report.Failure("boot-2", "connection refused")),
                        2,
                        OptionalLong.empty()))
                .isEqualTo("boot-2: connection refused");
    }

    @Test
    void waitsForALeader() {
        assertThat(reason(List.of(member(1, 0, 1, 1)), 1, OptionalLong.empty())).isEqualTo("boot-1 has no leader");
        assertThat(reason(List.of(member(1, 1, 1, 1), member(2, 2, 1, 1)), 2, OptionalLong.empty()))
                .startsWith("boot-2 follows another leader");
        assertThat(ClusterHealth.leaderIndex(List.of(member(1, 2, 5, 5)))).isEmpty();
    }

    @Test
    void waitsForTheExpectedNumberOfMembers() {
        assertThat(reason(List.of(member(1, 1, 1, 1)), 3, OptionalLong.empty()))
                .isEqualTo("etcd has 1 members instead of 3");
    }
}
