package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.Snapshot;
import io.neco.update.UpdateCondition;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The reference's transcripts. */
class StatusTextTest {
    static final String VERSION = "2022.05.25-12345";

    static UpdateRequest request(Integer... servers) {
        return new UpdateRequest(
                VERSION, List.of(servers), false, OffsetDateTime.parse("2022-05-25T10:02:03.123+09:00"));
    }

    static StatusView view(List<Integer> servers, UpdateRequest request, Map<Integer, UpdateStatus> statuses) {
        return StatusView.of(new Snapshot(7, Optional.of(request), statuses, "", servers));
    }

    @Test
    void tellsThatNothingIsStored() {
        StatusView view = StatusView.of(new Snapshot(1, Optional.empty(), Map.of(), "", List.of()));

        assertThat(StatusText.of(view)).isEqualTo("Boot servers: []\nUpdate process\n    status: clear\n");
        assertThat(view.state().exitCode()).isZero();
    }

    @Test
    void listsReportsOfTheVersionWithTheirMessages() {
        StatusView view = view(
                List.of(0, 1, 10, 2),
                request(2, 10, 0, 1),
                Map.of(
                        0,
                        UpdateStatus.running(VERSION, 3),
                        1,
                        new UpdateStatus(VERSION, 3, UpdateCondition.RUNNING, "doing x"),
                        2,
                        UpdateStatus.running("another", 3),
                        10,
                        UpdateStatus.aborted(VERSION, 3, "worker failed: x")));

        assertThat(StatusText.of(view)).isEqualTo("""
                        Boot servers: [0 1 10 2]
                        Update process
                            status: aborted
                           version: 2022.05.25-12345
                           members: [2 10 0 1]
                           started: 2022-05-25T10:02:03+09:00

                        Boot server 0
                            step: 3
                            condition: running

                        Boot server 1
                            step: 3
                            condition: running
                            message: doing x

                        Boot server 10
                            step: 3
                            condition: aborted
                            message: worker failed: x
                        """);
        assertThat(view.state().exitCode()).isEqualTo(4);
    }

    @Test
    void isCompletedWhenEveryMemberIs() {
        StatusView view = view(
                List.of(0, 1),
                request(0, 1),
                Map.of(0, UpdateStatus.completed(VERSION, 5), 1, UpdateStatus.completed(VERSION, 5)));

        assertThat(StatusText.of(view)).contains("    status: completed\n");
    }

    @Test
    void isRunningAsLongAsAMemberHasNotReported() {
        StatusView view = view(List.of(0, 1), request(0, 1), Map.of(0, UpdateStatus.completed(VERSION, 5)));

        assertThat(StatusText.of(view)).contains("    status: running\n");
        assertThat(view.state().exitCode()).isEqualTo(3);
    }

    @Test
    void isAbortedByAServerThatIsNoMember() {
        StatusView view = view(List.of(0, 1), request(0), Map.of(1, UpdateStatus.aborted(VERSION, 2, "")));

        assertThat(StatusText.of(view))
                .contains("    status: aborted\n")
                .endsWith("\nBoot server 1\n    step: 2\n    condition: aborted\n");
    }

    @Test
    void isCompletedWithoutMembers() {
        StatusView view = view(List.of(), request(), Map.of());

        assertThat(StatusText.of(view)).contains("    status: completed\n").contains("   members: []\n");
    }

    @Test
    void knowsNoStopAsTheReferenceDoesNot() {
        StatusView running = view(List.of(0), request(0).stopped(), Map.of(0, UpdateStatus.running(VERSION, 2)));
        StatusView completed = view(List.of(0), request(0).stopped(), Map.of(0, UpdateStatus.completed(VERSION, 5)));

        assertThat(StatusText.of(running)).contains("    status: running\n");
        assertThat(StatusText.of(completed)).contains("    status: completed\n");
    }
}
