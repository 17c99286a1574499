package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.store.Member;
import io.neco.store.Snapshot;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Optional<SetupJournal.Entry> NO_JOURNAL = Optional.empty();
    private static final Optional<SetupJournal.Entry> BEGUN =
            Optional.of(new SetupJournal.Entry("0 1 2 3", "register", Optional.empty()));
    private static final Optional<SetupJournal.Entry> COMPLETED =
            Optional.of(new SetupJournal.Entry("0 1 2 3", "done", Optional.of("2022-05-25T01:02:03Z")));

    private static Snapshot registered(Integer... lrns) {
        return new Snapshot(1, Optional.empty(), Map.of(), "", List.of(lrns));
    }

    private static Snapshot during(boolean isStopped) {
        UpdateRequest request = new UpdateRequest(
                "2022.05.25-1", List.of(0, 1, 2), isStopped, OffsetDateTime.parse("2022-05-25T01:02:03Z"));
        return new Snapshot(
                1,
                Optional.of(request),
                Map.of(0, UpdateStatus.running("2022.05.25-1", 2)),
                "2022.05.25-1",
                List.of(0, 1, 2));
    }

    private static List<Member> members(int... lrns) {
        return java.util.Arrays.stream(lrns)
                .mapToObj(lrn -> new Member(lrn, "boot-" + lrn, List.of("p"), List.of("c"), false))
                .toList();
    }

    private static Admission decide(
            int me, List<Integer> given, Snapshot snapshot, List<Member> members, Optional<SetupJournal.Entry> journal)
            throws IOException {
        return Admission.decide(me, given, snapshot, members, journal);
    }

    @Test
    void aNewcomerLearnsOfAllServersEvenIfOneWasGiven() throws IOException {
        Admission admission = decide(3, List.of(0), registered(0, 1, 10, 2), members(0, 1, 2, 10), NO_JOURNAL);

        assertThat(admission.servers()).containsExactly(0, 1, 2, 10);
        assertThat(admission.notes()).isEmpty();
    }

    @Test
    void serversOfAnotherClusterAreNamed() {
        assertThatThrownBy(() -> decide(3, List.of(0, 7, 8), registered(0, 1, 2), members(0, 1, 2), NO_JOURNAL))
                .hasMessage("boot servers 7, 8 are not in the cluster; it consists of 0, 1, 2");
    }

    @Test
    void thereMustBeACluster() {
        assertThatThrownBy(() -> decide(3, List.of(0), registered(), members(0), NO_JOURNAL))
                .hasMessageContaining("no boot server is registered")
                .hasMessageContaining("neco setup");
    }

    @Test
    void aReinstalledServerIsToldToBeReplacedFirst() {
        assertThatThrownBy(() -> decide(1, List.of(0), registered(0, 1, 2), members(0, 1, 2), NO_JOURNAL))
                .hasMessageStartingWith("boot server 1 is in the cluster already")
                .hasMessageContaining("`neco replace 1`");
    }

    @Test
    void whoHasJoinedNeedNotDoItAgain() {
        assertThatThrownBy(() -> decide(3, List.of(0), registered(0, 1, 2, 3), members(0, 1, 2, 3), COMPLETED))
                .hasMessageContaining("it joined at 2022-05-25T01:02:03Z")
                .hasMessageContaining("nothing to do");
    }

    @Test
    void whoWasInterruptedAfterItsRegistrationFinishes() throws IOException {
        assertThat(decide(3, List.of(0), registered(0, 1, 2, 3), members(0, 1, 2), BEGUN)
                        .servers())
                .containsExactly(0, 1, 2);
    }

    @Test
    void whoHasLeftJoinsAgainOnceItsMemberIsGone() throws IOException {
        assertThat(decide(3, List.of(0), registered(0, 1, 2), members(0, 1, 2), COMPLETED)
                        .servers())
                .containsExactly(0, 1, 2);
        assertThatThrownBy(() -> decide(3, List.of(0), registered(0, 1, 2), members(0, 1, 2, 3), COMPLETED))
                .hasMessageContaining("it is leaving")
                .hasMessageContaining("neco status --watch")
                .hasMessageContaining("neco replace 3");
    }

    @Test
    void aRunningOrStoppedUpdateIsTold() throws IOException {
        assertThat(decide(3, List.of(0), during(false), members(0, 1, 2), NO_JOURNAL)
                        .notes())
                .containsExactly("an update to 2022.05.25-1 is going on; boot server 3 is taken in when it has ended");
        assertThat(decide(3, List.of(0), during(true), members(0, 1, 2), NO_JOURNAL)
                        .notes())
                .singleElement()
                .asString()
                .contains("neco recover");
    }
}
