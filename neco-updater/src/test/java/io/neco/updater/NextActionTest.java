package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.store.Snapshot;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NextActionTest {
    private static final Instant NOW = Instant.parse("2026-11-24T16:46:22Z");
    private static final Duration TIMEOUT = Duration.ofHours(1);
    private static final String V = "1.0.0";
    private static final List<Integer> SERVERS = List.of(0, 1);
    private static final UpdateRequest REQUEST = startedAt(NOW);
    private static final UpdateRequest OLD = startedAt(NOW.minus(Duration.ofHours(2)));
    private static final Map<Integer, UpdateStatus> NONE = Map.of();
    private static final Map<Integer, UpdateStatus> DONE =
            Map.of(0, UpdateStatus.completed(V, 5), 1, UpdateStatus.completed(V, 5));

    static Stream<Arguments> table() {
        return Stream.of(
                Arguments.of("1: no release is known", snapshot(REQUEST, NONE, "", SERVERS), new NextAction.WaitInfo()),
                Arguments.of(
                        "2: the newest release is no version",
                        snapshot(REQUEST, NONE, "garbage!", SERVERS),
                        new NextAction.Fail(
                                "info/neco-release holds \"garbage!\", which is no version: Malformed version: garbage!")),
                Arguments.of("3: no request", snapshot(null, NONE, V, SERVERS), new NextAction.NewVersion(V, SERVERS)),
                Arguments.of(
                        "3: no request, no server",
                        snapshot(null, NONE, V, List.of()),
                        new NextAction.NewVersion(V, List.of())),
                Arguments.of(
                        "4: stopped", snapshot(REQUEST.stopped(), DONE, "1.1.0", SERVERS), new NextAction.WaitClear()),
                Arguments.of(
                        "5: a member aborted",
                        snapshot(REQUEST, Map.of(0, UpdateStatus.aborted(V, 2, "boom")), V, SERVERS),
                        new NextAction.Stop(REQUEST, "update request was aborted: boom (boot server 0, step 2)")),
                Arguments.of(
                        "5: a server that is no member aborted",
                        snapshot(
                                REQUEST,
                                Map.of(
                                        0,
                                        UpdateStatus.completed(V, 5),
                                        1,
                                        UpdateStatus.completed(V, 5),
                                        7,
                                        UpdateStatus.aborted(V, 2, "boom")),
                                V,
                                SERVERS),
                        new NextAction.Stop(REQUEST, "update request was aborted: boom (boot server 7, step 2)")),
                Arguments.of(
                        "5: an abort of another version does not count",
                        snapshot(REQUEST, Map.of(0, UpdateStatus.aborted("0.9.0", 2, "boom")), V, SERVERS),
                        new NextAction.WaitWorkers(REQUEST)),
                Arguments.of(
                        "6: it takes too long",
                        snapshot(OLD, NONE, V, SERVERS),
                        new NextAction.Stop(
                                OLD,
                                "workers take too long for update: 1h0m0s without progress, waiting for boot servers 0, 1"
                                        + " (not begun: the package is being installed, or neco-worker does not run);"
                                        + " see `journalctl -u neco-worker` there, then run `neco recover`; if the server"
                                        + " is lost for good, `neco replace 0` before")),
                Arguments.of(
                        "6: exactly the timeout is not too long",
                        snapshot(startedAt(NOW.minus(TIMEOUT)), NONE, V, SERVERS),
                        new NextAction.WaitWorkers(startedAt(NOW.minus(TIMEOUT)))),
                Arguments.of(
                        "7: nobody has reported",
                        snapshot(REQUEST, NONE, V, SERVERS),
                        new NextAction.WaitWorkers(REQUEST)),
                Arguments.of(
                        "7: one is not done",
                        snapshot(
                                REQUEST,
                                Map.of(0, UpdateStatus.completed(V, 5), 1, UpdateStatus.running(V, 4)),
                                V,
                                SERVERS),
                        new NextAction.WaitWorkers(REQUEST)),
                Arguments.of(
                        "7: one is done with another version",
                        snapshot(
                                REQUEST,
                                Map.of(0, UpdateStatus.completed(V, 5), 1, UpdateStatus.completed("0.9.0", 5)),
                                V,
                                SERVERS),
                        new NextAction.WaitWorkers(REQUEST)),
                Arguments.of(
                        "8: a server came",
                        snapshot(REQUEST, DONE, V, List.of(0, 1, 2)),
                        new NextAction.Reconfigure(V, List.of(0, 1, 2))),
                Arguments.of(
                        "8: a server left, and a newer release waits",
                        snapshot(REQUEST, DONE, "1.1.0", List.of(0)),
                        new NextAction.Reconfigure(V, List.of(0))),
                Arguments.of(
                        "8: another order",
                        snapshot(REQUEST, DONE, V, List.of(1, 0)),
                        new NextAction.Reconfigure(V, List.of(1, 0))),
                Arguments.of(
                        "8: a late completed update is no late update",
                        snapshot(OLD, DONE, V, List.of(0, 1, 2)),
                        new NextAction.Reconfigure(V, List.of(0, 1, 2))),
                Arguments.of(
                        "9: the request's version is none",
                        snapshot(
                                new UpdateRequest("?", List.of(), false, NOW.atOffset(ZoneOffset.UTC)),
                                NONE,
                                V,
                                List.of()),
                        new NextAction.Fail(
                                "status/current asks for version \"?\", which is no version: Malformed version: ?")),
                Arguments.of(
                        "10: a newer release",
                        snapshot(REQUEST, DONE, "1.1.0", SERVERS),
                        new NextAction.NewVersion("1.1.0", SERVERS)),
                Arguments.of(
                        "10: an older release",
                        snapshot(REQUEST, DONE, "0.9.0", SERVERS),
                        new NextAction.NewVersion("0.9.0", SERVERS)),
                Arguments.of(
                        "11: the same version in other words",
                        snapshot(REQUEST, DONE, "v01.0", SERVERS),
                        new NextAction.WaitInfo()),
                Arguments.of("11: everything is done", snapshot(REQUEST, DONE, V, SERVERS), new NextAction.WaitInfo()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void decidesByTheFirstRuleThatHolds(String rule, Snapshot snapshot, NextAction expected) {
        Instant start = snapshot.request()
                .map(request -> request.startedAt().toInstant())
                .orElse(NOW);

        assertThat(NextAction.decide(snapshot, TIMEOUT, start, NOW)).as(rule).isEqualTo(expected);
    }

    @Test
    void doesNotStopAnOldUpdateThatGetsAhead() {
        Snapshot snapshot =
                snapshot(OLD, Map.of(0, UpdateStatus.running(V, 3), 1, UpdateStatus.running(V, 2)), V, SERVERS);

        assertThat(NextAction.decide(snapshot, TIMEOUT, NOW.minus(TIMEOUT), NOW))
                .isEqualTo(new NextAction.WaitWorkers(OLD));
        assertThat(NextAction.decide(snapshot, TIMEOUT, NOW.minus(TIMEOUT).minusMillis(1), NOW))
                .isInstanceOfSatisfying(
                        NextAction.Stop.class,
                        stop -> assertThat(stop.reason())
                                .contains(
                                        "1h0m0s without progress, waiting for boot server 1 (step 2)",
                                        "`neco replace 1`"));
    }

    @Test
    void namesTheServerThatFailedFirst() {
        Snapshot snapshot = snapshot(
                REQUEST,
                Map.of(
                        0,
                        UpdateStatus.aborted(V, 3, "other boot server failed to update: 1: disk full"),
                        1,
                        UpdateStatus.aborted(V, 2, "disk full")),
                V,
                SERVERS);

        assertThat(NextAction.decide(snapshot, TIMEOUT, NOW, NOW))
                .isEqualTo(
                        new NextAction.Stop(REQUEST, "update request was aborted: disk full (boot server 1, step 2)"));
    }

    @Test
    void hasTheReferencesNamesInTheLog() {
        assertThat(Stream.of(
                                new NextAction.WaitInfo(),
                                new NextAction.NewVersion(V, SERVERS),
                                new NextAction.Reconfigure(V, SERVERS),
                                new NextAction.WaitWorkers(REQUEST),
                                new NextAction.Stop(REQUEST, ""),
                                new NextAction.WaitClear(),
                                new NextAction.Fail(""))
                        .map(NextAction::logName))
                .containsExactly(
                        "wait-for-info",
                        "request-update",
                        "reconfigure",
                        "wait-for-workers",
                        "request-stop",
                        "wait-for-user-recovery",
                        "error");
    }

    private static UpdateRequest startedAt(Instant start) {
        return new UpdateRequest(V, SERVERS, false, start.atOffset(ZoneOffset.UTC));
    }

    private static Snapshot snapshot(
            @org.jspecify.annotations.Nullable UpdateRequest request,
            Map<Integer, UpdateStatus> statuses,
            String latest,
            List<Integer> servers) {
        return new Snapshot(7, Optional.ofNullable(request), statuses, latest, servers);
    }
}
