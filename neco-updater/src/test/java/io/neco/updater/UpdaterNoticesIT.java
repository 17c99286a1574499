package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.store.ConfigKey;
import io.neco.store.LeaderKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateNotice;
import io.neco.update.UpdateRequest;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people are told of updates, and what keeps an updater from telling. */
class UpdaterNoticesIT extends PlayedWorkers {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    UpdaterNoticesIT() {
        super(ETCD);
    }

    @Test
    void onlyWarnsWhenPeopleCannotBeTold() {
        slack.answer(request -> Reply.of(404, "no_service"));

        try (RunningUpdater updater = updater()) {
            log.awaitLine("action=\"wait-for-workers\"");
            complete(OLD, 0, 1);
            log.awaitLine(
                    "warning: \"failed to notify\" error=\"POST to the Slack webhook at 127.0.0.1: status code 404");
            log.awaitLine("action=\"wait-for-info\"");

            assertThat(updater.isRunning()).isTrue();
            assertThat(log.all()).noneMatch(line -> line.contains("/hook"));
        }
    }

    @Test
    void triesAgainUntilPeopleAreTold() {
        slack.answer(request -> Reply.of(500, "later"));

        try (RunningUpdater updater = updater()) {
            log.awaitLine("failed to notify");
            log.awaitLine("action=\"wait-for-workers\"");
            complete(OLD, 0, 1);
            log.awaitLine("action=\"wait-for-info\"");
            int failed = slack.requests().size();
            slack.answer(request -> Reply.of(200, "ok"));
            await("both notifications")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> store.notices().stream()
                            .anyMatch(notice -> notice.isTold() && notice.kind() == UpdateNotice.Kind.SUCCEEDED));

            assertThat(updater.isRunning()).isTrue();
            assertThat(slack.requests().subList(failed, slack.requests().size()))
                    .extracting(Request::body)
                    .satisfiesExactly(
                            body -> assertThat(body).contains("start updating the new release."),
                            body -> assertThat(body).contains("good"));
            assertThat(store.notices()).as("the beginning is forgotten").hasSize(1);
        }
    }

    @Test
    void tellsWhatTheLeaderBeforeHasNoted() {
        UpdateRequest request = new UpdateRequest(OLD, List.of(0, 1), false, OffsetDateTime.now(ZoneOffset.UTC));
        store.putRequest(
                request,
                false,
                List.of(UpdateNotice.owed(UpdateNotice.Kind.BEGUN, request, "start updating the new release.")
                        .told()),
                LeaderKey.SETUP);
        complete(OLD, 0, 1);
        store.putConfig(ConfigKey.ENV, "test");

        try (RunningUpdater updater = updater()) {
            awaitRequest(NEW);
            assertThat(updater.isRunning()).isTrue();
            assertThat(awaitDifferentNotifications(2))
                    .satisfiesExactly(
                            body -> assertThat(body).contains("good", OLD),
                            body -> assertThat(body).contains("#439FE0", NEW));
        }
    }

    @Test
    void tellsTheSuccessOfAnUpdateWhoseBeginningNobodyNotedWhenTheLeaderBeforeHasWaitedForIt() {
        store.putRequest(
                new UpdateRequest(OLD, List.of(0, 1), false, OffsetDateTime.now(ZoneOffset.UTC)), LeaderKey.SETUP);
        try (RunningUpdater before = updater()) {
            await("the note of the first leader")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !store.notices().isEmpty());
            assertThat(before.isRunning()).isTrue();
        }
        complete(OLD, 0, 1);

        try (RunningUpdater updater = updater()) {
            assertThat(awaitNotifications(1)).singleElement().asString().contains("good", OLD);
            assertThat(updater.isRunning()).isTrue();
        }
    }

    @Test
    void tellsNothingOfAnUpdateThatOthersHaveBroughtToItsEnd() {
        store.putRequest(
                new UpdateRequest(OLD, List.of(0, 1), false, OffsetDateTime.now(ZoneOffset.UTC)), LeaderKey.SETUP);
        complete(OLD, 0, 1);

        try (RunningUpdater updater = updater()) {
            log.awaitLine("action=\"wait-for-info\"");

            assertThat(updater.isRunning()).isTrue();
            assertThat(store.notices()).isEmpty();
        }

        assertThat(slack.requests()).isEmpty();
    }

    @Test
    void tellsNothingOfAnUpdateThatWasCompleteBeforeThereWasAWebhook() {
        etcdctl.delete("config/notification/slack");

        try (RunningUpdater updater = updater()) {
            log.awaitLine("action=\"wait-for-workers\"");
            complete(OLD, 0, 1);
            log.awaitLine("action=\"wait-for-info\"");
            store.putConfig(ConfigKey.SLACK, slack.uri() + "/hook");
            log.awaitLine("detected config change\" key=\"config/notification/slack");
            etcdctl.put("info/ssh-pubkey", "x");
            log.awaitLines(2, "action=\"wait-for-info\"");
            store.registerBootServer(2);

            assertThat(awaitNotifications(1).get(0)).contains("start boot servers reconfiguration.");
            assertThat(updater.isRunning()).isTrue();
        }
    }

    @Test
    void tellsPeopleThroughTheProxy() {
        try (TestHttpServer proxy = new TestHttpServer(request -> Reply.of(200, "ok"))) {
            store.putConfig(ConfigKey.PROXY, proxy.uri().toString());
            try (RunningUpdater updater = updater()) {
                awaitRequest(OLD);
                await("the notification")
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> !proxy.requests().isEmpty());

                assertThat(updater.isRunning()).isTrue();
            }
            assertThat(proxy.requests().get(0).uri()).isEqualTo(slack.uri() + "/hook");
        }
        assertThat(slack.requests()).isEmpty();
    }

    @Test
    void aWebhookThatIsNoAddressIsNamedWithoutItsValueAndUpdatesGoOn() {
        etcdctl.put("config/notification/slack", "hooks.slack.com/services/secret");

        try (RunningUpdater updater = updater()) {
            log.awaitLine(
                    "error: \"nobody is notified\" error=\"the Slack webhook of config/notification/slack is not an"
                            + " http or https address; set it with `neco config set slack`\"");
            awaitRequest(OLD);
            store.putConfig(ConfigKey.SLACK, slack.uri() + "/hook");
            log.awaitLine("detected config change");
            complete(OLD, 0, 1);

            assertThat(awaitNotifications(1).get(0)).contains("good");
            assertThat(updater.isRunning()).isTrue();
        }
        assertThat(log.all()).noneMatch(line -> line.contains("secret"));
    }

    @Test
    void tellsSomebodyElseWhenTheWebhookChanges() {
        try (TestHttpServer other = new TestHttpServer(request -> Reply.of(200, "ok"));
                RunningUpdater updater = updater()) {
            awaitRequest(OLD);
            store.putConfig(ConfigKey.SLACK, other.uri() + "/hook");
            log.awaitLine("detected config change");
            complete(OLD, 0, 1);
            await("the notification")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !other.requests().isEmpty());

            assertThat(updater.isRunning()).isTrue();
            assertThat(other.requests()).extracting(Request::body).anyMatch(body -> body.contains("good"));
        }
    }
}
