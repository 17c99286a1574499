package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.http.testing.TestHttpServer.Request;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.NecoStore;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateNotice;
import io.neco.update.UpdateRequest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is to be told, when nobody can be told for a long time or the telling goes wrong. */
class OutboxIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2026, 11, 24, 16, 0, 0, 0, ZoneOffset.UTC);
    private static final int MOST_WAITING = 50;

    private final LogLines log = new LogLines();
    private final TestHttpServer slack = new TestHttpServer(request -> Reply.of(500, "later"));
    private final Notifications notifications = new Notifications(() -> "lab0");
    private final TermEvents events = new TermEvents();
    private EtcdConfig config;
    private EtcdStore store;

    @BeforeEach
    void open() {
        config = ETCD.config();
        store = EtcdStore.open(config);
        store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "c2VjcmV0");
        notifications.configure(new Settings(
                "none",
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Optional.of(slack.uri() + "/hook"),
                Optional.empty(),
                Optional.empty()));
    }

    @AfterEach
    void close() {
        notifications.close();
        store.close();
        slack.close();
    }

    private static UpdateNotice failure(int n) {
        UpdateRequest request = new UpdateRequest("2022.05.25-" + n, List.of(0), true, BEGIN.plusMinutes(n));
        return UpdateNotice.owed(UpdateNotice.Kind.FAILED, request, "reason " + n);
    }

    @Test
    void givesUpTheOldestWhenTooManyAreWaitingAndTellsTheOthersInOrder() {
        List<UpdateNotice> notices =
                IntStream.range(0, MOST_WAITING + 1).mapToObj(OutboxIT::failure).toList();
        store.changeNotices(notices, List.of(), LeaderKey.SETUP);

        try (Outbox outbox = new Outbox(store, LeaderKey.SETUP, notifications, events)) {
            outbox.refresh();
            log.awaitLine("error: \"nobody could be notified for too long, this is given up\" kind=\"failed\""
                    + " text=\"reason 0\" version=\"2022.05.25-0\"");
            int failed = slack.requests().size();
            slack.answer(request -> Reply.of(200, "ok"));
            outbox.hurry();
            await("the last one")
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            store.notices().equals(List.of(failure(MOST_WAITING).told())));

            assertThat(slack.requests().subList(0, failed))
                    .extracting(Request::body)
                    .allMatch(body -> body.contains("\"reason 0\"") || body.contains("\"reason 1\""));
            List<String> told =
                    slack.requests().stream().map(Request::body).distinct().toList();
            assertThat(told).hasSize(MOST_WAITING + 1);
            for (int n = 0; n <= MOST_WAITING; n++) {
                assertThat(told.get(n)).contains("\"reason " + n + "\"");
            }
        }
        assertThat(log.count("this is given up")).isEqualTo(1);
    }

    @Test
    void deletesWhatCannotBeUnderstoodAndSaysSoOnce() {
        slack.answer(request -> Reply.of(200, "ok"));
        ETCD.put(config, "notices/x/end", "{garbage");
        store.changeNotices(List.of(failure(1)), List.of(), LeaderKey.SETUP);

        try (Outbox outbox = new Outbox(store, LeaderKey.SETUP, notifications, events)) {
            outbox.refresh();
            outbox.doubt();
            outbox.refresh();
            await("the other one")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> store.notices().equals(List.of(failure(1).told())));
        }

        assertThat(log.count("warning: \"people cannot be told of something, it is deleted\""
                        + " error=\"etcd key notices/x/end should hold .* but holds `.garbage`"))
                .isEqualTo(1);
    }

    @Test
    void anErrorInTheTellingThreadEndsTheLeadership() {
        slack.answer(request -> Reply.of(200, "ok"));
        store.changeNotices(List.of(failure(1)), List.of(), LeaderKey.SETUP);
        NecoStore broken = (NecoStore) Proxy.newProxyInstance(
                NecoStore.class.getClassLoader(), new Class<?>[] {NecoStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("changeNotices")) {
                        throw new NoClassDefFoundError("io/neco/Gone");
                    }
                    return method.invoke(store, arguments);
                });

        try (Outbox outbox = new Outbox(broken, LeaderKey.SETUP, notifications, events)) {
            outbox.refresh();

            assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(() -> events.next(Duration.ofSeconds(30)));
        }
    }
}
