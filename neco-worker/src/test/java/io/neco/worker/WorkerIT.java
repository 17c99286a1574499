package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.log.Logging;
import io.neco.store.ConfigKey;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.UpdateCondition;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers walk updates together, whatever happens to settings and etcd meanwhile. */
class WorkerIT extends ThreeWorkers {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.three();

    WorkerIT() {
        super(ETCD);
    }

    @Test
    void threeWorkersWalkAnUpdateAndRestartEtcd() {
        startAll();

        request(VERSION);

        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(store().statuses().values()).allMatch(s -> s.step() == LAST_STEP);
        Awaitility.await("etcd restarts").until(() -> hosts.stream().allMatch(h -> h.duties.restarts.size() == 1));
        assertThat(hosts).allMatch(h -> h.duties.steps.equals(List.of(1, 2, 3)));
        Awaitility.await("journals to go").until(() -> hosts.stream().noneMatch(h -> h.hasJournal()));
    }

    @Test
    void otherDaemonsOfAHostMayStartWhenAllWorkersAreAtTheFirstStep() {
        request(VERSION);
        hosts.get(0).start();
        hosts.get(1).start();
        Awaitility.await("two workers to wait for the third")
                .until(() ->
                        isAt(0, 1) && isAt(1, 1) && hosts.get(0).duties.isStarted && hosts.get(1).duties.isStarted);
        assertThat(hosts).noneMatch(h -> h.duties.hasTold);

        hosts.get(2).start();

        Awaitility.await("all to tell it").until(() -> hosts.stream().allMatch(h -> h.duties.hasTold));
        awaitCondition(UpdateCondition.COMPLETED);
    }

    @Test
    void settingsAreTakenUpInProcess() {
        startAll();

        store().putConfig(ConfigKey.PROXY, "http://proxy.example.com:3128");

        Awaitility.await("settings to be taken up")
                .atMost(Duration.ofSeconds(5))
                .until(() -> hosts.stream()
                        .allMatch(h -> h.duties.settings.proxy().equals(Optional.of("http://proxy.example.com:3128"))));
    }

    @Test
    void whatAnEndedUpdateHasStoppedAndCannotBeStartedHoldsNothingUp() {
        hosts.forEach(h -> h.duties.cannotSettle = true);
        startAll();
        store().putConfig(ConfigKey.PROXY, "http://proxy.example.com:3129");
        Awaitility.await("settings to be taken up")
                .until(() -> hosts.stream()
                        .allMatch(h -> h.duties.settings.proxy().equals(Optional.of("http://proxy.example.com:3129"))));
        Awaitility.await("the attempts to go on after that")
                .until(() -> hosts.stream().allMatch(h -> h.duties.isSettling));

        request(VERSION);

        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(hosts).allMatch(h -> h.duties.steps.equals(List.of(1, 2, 3)));
    }

    @Test
    void aProxyThatCannotBeUsedIsNamedAndTheWorkersGoOnWithTheOneBefore() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Logging.configure("neco-worker", log, "", "");
        ETCD.put(config(), "config/proxy", "https://user:secret@10.0.49.3:3128");
        startAll();
        assertThat(hosts).allMatch(h -> h.duties.settings.proxy().isEmpty());

        store().putConfig(ConfigKey.PROXY, "http://10.0.49.3:3128");
        awaitProxy("http://10.0.49.3:3128");
        ETCD.put(config(), "config/proxy", "user:secret@{garbage}");
        awaitAllToSay(log, "going on with the previous proxy until it is mended");
        store().putConfig(ConfigKey.QUAY_USERNAME, "robot");
        Awaitility.await("the other settings")
                .until(() -> hosts.stream()
                        .allMatch(h -> h.duties.settings.quayUsername().equals(Optional.of("robot"))));
        request(VERSION);
        awaitCondition(UpdateCondition.COMPLETED);
        awaitProxy("http://10.0.49.3:3128");
        store().putConfig(ConfigKey.PROXY, "http://10.0.49.4:3128");
        awaitProxy("http://10.0.49.4:3128");

        Logging.configure("neco-worker", System.err, "", "");
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains(
                        "error: \"going on without a proxy until it is mended\"",
                        "the proxy \\\"https://…@10.0.49.3:3128\\\" of etcd key config/proxy must be an address",
                        "the proxy \\\"…@{garbage}\\\"",
                        "`neco config set proxy`")
                .doesNotContain("secret", "unexpected failure");
    }

    @Test
    void aTokenThatCannotBeSentIsNamedNotShownAndTheWorkersGoOnWithoutIt() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Logging.configure("neco-worker", log, "", "");
        ETCD.put(config(), "config/github-token", "s3cret\nX-Evil: 1");
        startAll();
        assertThat(hosts).allMatch(h -> h.duties.settings.gitHubToken().isEmpty());

        ETCD.put(config(), "config/github-token", "mended\r\n");
        Awaitility.await("the token")
                .until(() -> hosts.stream()
                        .allMatch(h -> h.duties.settings.gitHubToken().equals(Optional.of("mended"))));

        Logging.configure("neco-worker", System.err, "", "");
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains(
                        "error: \"going on without a GitHub token until it is mended\"",
                        "the GitHub token of etcd key config/github-token (a secret, not shown)",
                        "`neco config set github-token`")
                .doesNotContain("s3cret", "X-Evil");
    }

    private void awaitProxy(String proxy) {
        Awaitility.await("proxy " + proxy)
                .until(() ->
                        hosts.stream().allMatch(h -> h.duties.settings.proxy().equals(Optional.of(proxy))));
    }

    /** Between a worker's first look at the settings and its first view of the update. */
    @Test
    void aSettingThatChangesWhileAWorkerStartsIsTakenUp() {
        Host host = hosts.get(0);
        host.beforeFirstView = () -> store().putConfig(ConfigKey.PROXY, "http://10.0.49.3:3128");

        host.start();

        Awaitility.await("the proxy")
                .until(() -> host.duties.settings.proxy().equals(Optional.of("http://10.0.49.3:3128")));
    }

    @Test
    void aWorkerConnectsAnewWhenAStepHasRewrittenItsConfiguration() {
        startAll();
        hosts.get(0).moves = true;

        request(VERSION);

        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(hosts.get(0).opens).hasValueGreaterThan(1);
        assertThat(hosts.get(0).duties.steps).containsExactly(1, 2, 3);
    }

    @Test
    void workersSurviveThatEtcdIsAway() throws Exception {
        startAll();
        CountDownLatch held = hosts.get(1).duties.hold(2);
        request(VERSION);
        Awaitility.await("1 to be in step 2")
                .until(() -> hosts.get(1).duties.steps.contains(2));

        ETCD.restartAll();
        held.countDown();

        ETCD.awaitHealthy();
        awaitCondition(UpdateCondition.COMPLETED);
        assertThat(hosts).allMatch(h -> h.duties.steps.equals(List.of(1, 2, 3)));
    }

    @Test
    void malformedRequestsAreWaitedOut() {
        startAll();
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Logging.configure("neco-worker", log, "", "");
        ETCD.put(config(), "status/current", "{\"version\": 7");
        awaitAllToSay(log, "cannot understand what is stored in etcd");
        Logging.configure("neco-worker", System.err, "", "");

        request(VERSION);

        awaitCondition(UpdateCondition.COMPLETED);
    }

    @ParameterizedTest
    @CsvSource({"status/bootservers/9, put", "status/bootservers/9, del", "info/bootservers/x, del"})
    void workersThatStartWhileSomethingIsMalformedBeginWhenItIsMended(String key, String how) {
        ETCD.put(config(), key, "{\"version\": 7");
        request(VERSION);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Logging.configure("neco-worker", log, "", "");
        startAll();
        awaitAllToSay(log, "cannot understand what is stored in etcd");
        Logging.configure("neco-worker", System.err, "", "");
        assertThat(hosts).allMatch(h -> h.duties.steps.isEmpty());

        if (how.equals("del")) {
            ETCD.delete(config(), key);
        } else {
            ETCD.put(config(), key, "{\"version\": \"" + VERSION + "\", \"step\": 1, \"cond\": 1, \"message\": \"\"}");
        }

        Awaitility.await("all to complete")
                .atMost(Duration.ofSeconds(60))
                .until(() -> hosts.stream().allMatch(h -> h.duties.restarts.size() == 1));
        ETCD.delete(config(), key);
    }

    private void awaitAllToSay(ByteArrayOutputStream log, String text) {
        Awaitility.await("all workers to say: " + text)
                .atMost(Duration.ofSeconds(60))
                .until(() -> log.toString(StandardCharsets.UTF_8).split(text, -1).length > hosts.size());
    }
}
