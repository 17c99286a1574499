package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.store.ConfigKey;
import io.neco.store.LeaderKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.time.testing.SteppedClock;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole updates, and what keeps a leader from them. */
class UpdaterIT extends PlayedWorkers {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    UpdaterIT() {
        super(ETCD);
    }

    @Test
    void walksFromTheFirstRequestToANewReleaseAndTellsPeople() {
        try (RunningUpdater updater = updater()) {
            UpdateRequest first = awaitRequest(OLD);
            log.awaitLine("action=\"wait-for-workers\"");
            complete(OLD, 0, 1);
            log.awaitLine("action=\"wait-for-info\"");
            store.putConfig(ConfigKey.ENV, "test");
            UpdateRequest second = awaitRequest(NEW);
            log.awaitLines(2, "action=\"wait-for-workers\"");
            complete(NEW, 0, 1);
            log.awaitLines(2, "action=\"wait-for-info\"");
            awaitNotifications(4);

            assertThat(updater.isRunning()).isTrue();
            assertThat(first.servers()).containsExactly(0, 1);
            assertThat(first.startedAt().getOffset()).isEqualTo(ZoneOffset.UTC);
            assertThat(second.startedAt()).isAfter(first.startedAt());
            assertThat(store.necoRelease()).isEqualTo(NEW);
        }

        assertThat(awaitNotifications(4))
                .satisfiesExactly(
                        body -> assertThat(body).contains("#439FE0", OLD, "start updating the new release."),
                        body -> assertThat(body).contains("good", OLD),
                        body -> assertThat(body).contains("#439FE0", NEW, "start updating the new release."),
                        body -> assertThat(body).contains("good", NEW, "\"lab0\"", "[0 1]"));
        assertThat(log.all())
                .containsSubsequence(
                        "info: \"next action\" action=\"request-update\"",
                        "info: \"next action\" action=\"wait-for-workers\"",
                        "info: \"worker finished updating\" lrn=0 version=\"" + OLD + "\"",
                        "info: \"worker finished updating\" lrn=1 version=\"" + OLD + "\"",
                        "info: \"all worker finished updating\" servers=\"[0 1]\" version=\"" + OLD + "\"",
                        "info: \"next action\" action=\"wait-for-info\"",
                        "info: \"detected config change\" key=\"config/env\"",
                        "info: \"found a new neco release\" version=\"" + NEW + "\"",
                        "info: \"next action\" action=\"request-update\"");
        assertThat(log.count("I am the leader")).isEqualTo(1);
    }

    @Test
    void stopsAnAbortedUpdateAndStartsAnewAfterRecovery() {
        try (RunningUpdater updater = updater()) {
            UpdateRequest request = awaitRequest(OLD);
            log.awaitLine("action=\"wait-for-workers\"");
            store.putStatus(1, UpdateStatus.aborted("other version", 1, "not this update"));
            store.putStatus(1, UpdateStatus.aborted(OLD, 3, "boom <x>"));
            UpdateRequest stopped = awaitRequest(UpdateRequest::stop);
            log.awaitLine("action=\"wait-for-user-recovery\"");
            store.clearStatusAndContents();
            UpdateRequest again = awaitRequest(r -> !r.stop());
            awaitNotifications(3);

            assertThat(updater.isRunning()).isTrue();
            assertThat(stopped).isEqualTo(request.stopped());
            assertThat(again.startedAt()).isAfter(request.startedAt());
        }

        assertThat(awaitNotifications(3).get(1))
                .contains(
                        "danger",
                        "{\"title\":\"Reason\",\"value\":\"update request was aborted: boom \\u003cx\\u003e (boot server 1, step 3)\"}");
        assertThat(log.all())
                .containsSubsequence(
                        "warning: \"worker failed updating\" lrn=1 reason=\"boom <x>\" step=3 version=\"" + OLD + "\"",
                        "info: \"next action\" action=\"request-stop\"",
                        "info: \"next action\" action=\"wait-for-user-recovery\"",
                        "info: \"next action\" action=\"request-update\"");
    }

    @Test
    void watchesOverAnUpdateThatIsRetried() {
        try (RunningUpdater updater = updater()) {
            UpdateRequest request = awaitRequest(OLD);
            log.awaitLine("action=\"wait-for-workers\"");
            store.putStatus(1, UpdateStatus.aborted(OLD, 3, "boom"));
            awaitRequest(UpdateRequest::stop);
            log.awaitLine("action=\"wait-for-user-recovery\"");
            UpdateRequest again = new UpdateRequest(
                    OLD, request.servers(), false, request.startedAt().plusSeconds(1));

            assertThat(store.replaceRequest(again, store.revision())).isTrue();
            log.awaitLines(2, "action=\"wait-for-workers\"");
            store.putStatus(0, UpdateStatus.aborted(OLD, 4, "boom again"));
            UpdateRequest stopped = awaitRequest(UpdateRequest::stop);

            assertThat(updater.isRunning()).isTrue();
            assertThat(stopped).isEqualTo(again.stopped());
        }
        assertThat(log.count("I am the leader")).isEqualTo(2);
    }

    @Test
    void stopsAnUpdateThatTakesTooLongAlsoWhenTheTimeoutIsLoweredMeanwhile() {
        try (RunningUpdater updater = updater()) {
            UpdateRequest request = awaitRequest(OLD);
            log.awaitLine("action=\"wait-for-workers\"");
            store.putConfig(ConfigKey.WORKER_TIMEOUT, "1000000");
            awaitRequest(UpdateRequest::stop);
            awaitNotifications(2);

            assertThat(updater.isRunning()).isTrue();
            assertThat(log.count("warning: \"workers take too long for update\" started_at="
                            + request.startedAt().getYear() + "\\S+Z timeout=\"1ms\" version=\"" + OLD + "\""))
                    .isEqualTo(1);
        }

        assertThat(awaitNotifications(2).get(1)).contains("danger", "workers take too long for update: 1ms");
        assertThat(log.count("I am the leader")).isEqualTo(1);
    }

    @Test
    void reconfiguresWhenServersComeAndGo() {
        try (RunningUpdater updater = updater()) {
            awaitRequest(OLD);
            complete(OLD, 0, 1);
            log.awaitLine("action=\"wait-for-info\"");
            store.registerBootServer(2);
            awaitRequest(r -> r.servers().equals(List.of(0, 1, 2)));

            assertThat(store.statuses()).isEmpty();
            complete(OLD, 0, 1, 2);
            log.awaitLines(2, "action=\"wait-for-info\"");
            store.deleteBootServer(0);
            awaitRequest(r -> r.servers().equals(List.of(1, 2)));
            awaitNotifications(5);

            assertThat(updater.isRunning()).isTrue();
        }

        assertThat(awaitNotifications(5).get(2)).contains("start boot servers reconfiguration.");
    }

    @Test
    void goesOnWithAnUpdateItDidNotBegin() {
        store.putRequest(
                new UpdateRequest(OLD, List.of(0, 1), false, OffsetDateTime.now(ZoneOffset.UTC)), LeaderKey.SETUP);
        complete(OLD, 0);

        try (RunningUpdater updater = updater()) {
            log.awaitLine("action=\"wait-for-workers\"");
            complete(OLD, 1);
            log.awaitLine("action=\"wait-for-info\"");
            awaitNotifications(1);

            assertThat(updater.isRunning()).isTrue();
        }

        assertThat(awaitNotifications(1).get(0)).contains("good");
        assertThat(log.count("worker finished updating\" lrn=0")).isZero();
    }

    @Test
    void campaignsAgainWhenItsLeaseIsRevoked() {
        try (RunningUpdater updater = updater()) {
            log.awaitLine("action=\"wait-for-workers\"");
            String before = etcdctl.leaderKey();
            etcdctl.revokeLeaseOf(before);
            log.awaitLines(2, "I am the leader");

            assertThat(etcdctl.leaderKey()).isNotEqualTo(before);
            complete(OLD, 0, 1);
            log.awaitLine("action=\"wait-for-info\"");
            assertThat(updater.isRunning()).isTrue();
        }

        assertThat(log.all()).containsSubsequence("warning: \"lost the leadership\"");
    }

    @Test
    void campaignsAgainWhenItsKeyIsDeleted() {
        try (RunningUpdater updater = updater()) {
            log.awaitLine("action=\"wait-for-workers\"");
            etcdctl.delete(etcdctl.leaderKey());
            log.awaitLines(2, "I am the leader");

            assertThat(updater.isRunning()).isTrue();
        }
    }

    @Test
    void handsOverWhenItStops() {
        RunningUpdater first = updater();
        log.awaitLine("I am the leader");
        String before = etcdctl.leaderKey();

        try (RunningUpdater second = new RunningUpdater(config, "boot-1", root)) {
            await("the second candidate")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> etcdctl.get("leader/updater/").contains("boot-1"));
            first.close();
            log.awaitLines(2, "I am the leader");

            assertThat(etcdctl.leaderKey()).isNotEqualTo(before);
            assertThat(etcdctl.get("leader/updater/")).doesNotContain("boot-0");
            assertThat(second.isRunning()).isTrue();
        }

        assertThat(etcdctl.get("leader/")).isEmpty();
    }

    @Test
    void waitsUntilWhatMakesNoSenseIsRepaired() {
        etcdctl.put("config/worker-timeout", "an hour");

        try (RunningUpdater updater = updater()) {
            log.awaitLine("a setting makes no sense.*an hour");
            etcdctl.put("status/current", "{\"version\":");
            etcdctl.put("config/worker-timeout", "3600000000000");
            log.awaitLine("what is stored in etcd makes no sense.*status/current");
            etcdctl.put("info/neco-release", "garbage!");
            etcdctl.delete("status/current");
            log.awaitLine("what is stored in etcd makes no sense.*info/neco-release holds .\"garbage!");
            store.putNecoRelease(OLD, LeaderKey.SETUP);
            awaitRequest(OLD);
            etcdctl.put("status/bootservers/x", "{}");
            log.awaitLine("what is stored in etcd makes no sense.*status/bootservers/x");
            etcdctl.delete("status/bootservers/x");
            etcdctl.put("status/bootservers/1", "{\"step\":\"one\"}");
            log.awaitLine(
                    "what is stored in etcd makes no sense.*status/bootservers/1 should hold an update status"
                            + " but holds `.*one.*` *: member step should be a whole number but is text; delete it with etcdctl");
            complete(OLD, 0, 1);
            log.awaitLine("action=\"wait-for-info\"");

            assertThat(updater.isRunning()).isTrue();
        }

        assertThat(log.count("I am the leader")).isEqualTo(1);
    }

    @Test
    void saysOnceThatItsRequestIsRefused() {
        try (RunningUpdater updater = updater()) {
            awaitRequest(OLD);
            log.awaitLine("action=\"wait-for-workers\"");
            etcdctl.raiseNoSpaceAlarm();
            etcdctl.delete("status/current");
            log.awaitLine("error: \"etcd takes no writes, trying again until it does\" error=\".*space exceeded");
            await("some attempts").atMost(Duration.ofSeconds(30)).until(() -> etcdctl.refusedTransactions() >= 5);
            etcdctl.disarm();
            log.awaitLines(2, "action=\"wait-for-workers\"");

            assertThat(updater.isRunning()).isTrue();
        } finally {
            etcdctl.disarm();
        }
        assertThat(log.count("etcd takes no writes")).isEqualTo(1);
        assertThat(log.count("etcd takes writes again")).isEqualTo(1);
        assertThat(log.count("next action.*request-update")).isEqualTo(2);
        assertThat(log.count("etcd serves us again")).isZero();
    }

    @Test
    void keepsItsSettingsWhenANewOneMakesNoSense() {
        try (RunningUpdater updater = updater()) {
            log.awaitLine("action=\"wait-for-workers\"");
            etcdctl.put("config/check-update-interval", "soon");
            log.awaitLine("error: \"going on with the previous check-update-interval until it is mended\".*soon");
            store.putConfig(ConfigKey.CHECK_UPDATE_INTERVAL, "1000000000");
            store.putConfig(ConfigKey.ENV, "production");
            log.awaitLine("error: \"cannot look for releases\" error=\"unknown env: production");
            store.putConfig(ConfigKey.ENV, "test");
            log.awaitLine("found a new neco release");

            assertThat(updater.isRunning()).isTrue();
        }
    }

    @Test
    void settingsThatMakeNoSenseKeepNoneOfTheOthersFromBeingTakenUp() {
        etcdctl.put("config/proxy", "https://10.0.49.3:3128");
        try (RunningUpdater updater = updater()) {
            log.awaitLine("action=\"wait-for-workers\"");
            etcdctl.put("config/worker-timeout", "long");
            log.awaitLine("error: \"going on with the previous worker-timeout until it is mended\".*long");
            store.putConfig(ConfigKey.CHECK_UPDATE_INTERVAL, "1000000000");
            store.putConfig(ConfigKey.ENV, "test");
            log.awaitLine("found a new neco release");

            assertThat(updater.isRunning()).isTrue();
        }
    }

    @Test
    void doesNotOverwriteADevelopmentVersion() {
        etcdctl.put("info/neco-release", "0.0.1-main");
        store.putConfig(ConfigKey.ENV, "test");

        try (RunningUpdater updater = updater()) {
            log.awaitLine(
                    "is a development version installed\\?\" error=\"release 0.0.1-main should begin with a date");
            assertThat(store.necoRelease()).isEqualTo("0.0.1-main");
            etcdctl.put("info/neco-release", OLD);
            store.putConfig(ConfigKey.CHECK_UPDATE_INTERVAL, "1000000000");
            log.awaitLine("found a new neco release");

            assertThat(updater.isRunning()).isTrue();
        }
    }

    @Test
    void givesTheWorkersTimeAgainWithEveryReport() {
        SteppedClock passing = new SteppedClock();
        store.putConfig(ConfigKey.WORKER_TIMEOUT, "3600000000000");

        try (RunningUpdater updater =
                new RunningUpdater(config, "boot-0", root, new Clocks(Clock.systemUTC(), passing))) {
            UpdateRequest request = awaitRequest(OLD);
            log.awaitLine("action=\"wait-for-workers\"");
            for (int step = 1; step <= 3; step++) {
                passing.step(Duration.ofMinutes(50));
                store.putStatus(0, UpdateStatus.running(OLD, step));
                awaitHearing(step);
            }
            assertThat(store.currentRequest().request()).contains(request);

            passing.step(Duration.ofMinutes(61));
            store.putConfig(ConfigKey.CHECK_UPDATE_INTERVAL, "61000000000"); // makes the leader look at the clock
            awaitRequest(UpdateRequest::stop);
            awaitNotifications(2);

            assertThat(updater.isRunning()).isTrue();
        }

        assertThat(awaitNotifications(2).get(1))
                .contains(
                        "workers take too long for update: 1h0m0s without progress, waiting for boot server 1 (not begun");
        assertThat(log.count("workers take too long for update.* waited=\"waiting for boot server 1 "))
                .isEqualTo(1);
    }

    /** Waits until the leader has heard of everything up to now: it deals with events in their order. */
    private void awaitHearing(int count) {
        store.putConfig(ConfigKey.CHECK_UPDATE_INTERVAL, count + "000000000");
        log.awaitLines(count, "detected config change\" key=\"config/check-update-interval");
    }

    @Test
    void isNotMisledByAClockThatIsPutAhead() {
        SteppedClock clock = new SteppedClock();

        try (RunningUpdater updater = new RunningUpdater(config, "boot-0", root, Clocks.of(clock))) {
            awaitRequest(OLD);
            log.awaitLine("action=\"wait-for-workers\"");
            clock.step(Duration.ofHours(2));
            store.putConfig(ConfigKey.CHECK_UPDATE_INTERVAL, "1000000000");
            log.awaitLine("detected config change\" key=\"config/check-update-interval");
            complete(OLD, 0, 1);
            log.awaitLine("action=\"wait-for-info\"");

            assertThat(updater.isRunning()).isTrue();
        }
        assertThat(log.count("workers take too long")).isZero();
    }

    @Test
    void isNotMisledByAClockThatIsPutBackBeforeTheNextUpdate() {
        SteppedClock clock = new SteppedClock();
        clock.step(Duration.ofHours(2));

        try (RunningUpdater updater = new RunningUpdater(config, "boot-0", root, Clocks.of(clock))) {
            awaitRequest(OLD);
            log.awaitLine("action=\"wait-for-workers\"");
            complete(OLD, 0, 1);
            log.awaitLine("action=\"wait-for-info\"");
            clock.step(Duration.ofHours(-2));
            store.registerBootServer(2);
            awaitRequest(r -> r.servers().equals(List.of(0, 1, 2)));
            log.awaitLines(2, "action=\"wait-for-workers\"");
            complete(OLD, 0, 1, 2);
            log.awaitLines(2, "action=\"wait-for-info\"");

            assertThat(updater.isRunning()).isTrue();
        }
        assertThat(log.count("workers take too long")).isZero();
    }

    @Test
    void aProxyThatCannotBeUsedIsNamedAndKeepsNobodyFromWatchingOverUpdates() {
        try (TestHttpServer proxy = new TestHttpServer(request -> Reply.of(200, "ok"))) {
            etcdctl.put("config/proxy", "https://user:secret@10.0.49.3:3128");
            try (RunningUpdater updater = updater()) {
                log.awaitLine("error: \"going on without a proxy until it is mended\" error=\"the proxy"
                        + " ..https://…@10.0.49.3:3128.. of etcd key config/proxy must be .*`neco config set proxy`\"");
                awaitRequest(OLD);
                awaitNotifications(1);
                store.putConfig(ConfigKey.PROXY, proxy.uri().toString());
                log.awaitLine("detected config change\" key=\"config/proxy");
                etcdctl.put("config/proxy", "user:secret@{garbage}");
                log.awaitLine("error: \"going on with the previous proxy until it is mended\""
                        + " error=\"the proxy ..…@.garbage.*`neco config set proxy`\"");
                complete(OLD, 0, 1);
                await("the second notification")
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> !proxy.requests().isEmpty());

                assertThat(updater.isRunning()).isTrue();
            }
        }
        assertThat(log.all()).noneMatch(line -> line.contains("secret"));
    }
}
