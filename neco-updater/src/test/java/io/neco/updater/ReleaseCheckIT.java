package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.store.ConfigKey;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.SecretKey;
import io.neco.store.testing.EtcdCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The release checker against a GitHub-compatible server. */
class ReleaseCheckIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private static final String OLD = "2022.05.25-1";
    private static final String NEW = "2022.05.26-2";
    private static final String NEWER = "2022.05.27-3";
    private static final String TENTH_OF_A_SECOND = "100000000";

    @TempDir
    Path root;

    private final LogLines log = new LogLines();
    private final TestHttpServer gitHub = new TestHttpServer(request -> Reply.of(200, release(OLD, false)));
    private EtcdConfig config;
    private EtcdStore store;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(root.resolve("etc/neco"));
        Files.writeString(root.resolve("etc/neco/site.yml"), "release-api: " + gitHub.uri() + "\n");
        config = ETCD.config();
        store = EtcdStore.open(config);
        store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "c2VjcmV0");
        store.putNecoRelease(OLD, LeaderKey.SETUP);
        store.putConfig(ConfigKey.ENV, "prod");
        store.putConfig(ConfigKey.CHECK_UPDATE_INTERVAL, TENTH_OF_A_SECOND);
    }

    @AfterEach
    void close() {
        store.close();
        gitHub.close();
    }

    private RunningUpdater updater() {
        return new RunningUpdater(config, "boot-0", root);
    }

    private static String release(String version, boolean isPreRelease) {
        return "{\"id\":1,\"tag_name\":\"release-" + version + "\",\"draft\":false,\"prerelease\":" + isPreRelease
                + ",\"assets\":[]}";
    }

    private void awaitRelease(String version) {
        await("release " + version)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> store.necoRelease().equals(version));
    }

    private void awaitRequests(int count) {
        await("requests to the release server")
                .atMost(Duration.ofSeconds(30))
                .until(() -> gitHub.requests().size() >= count);
    }

    @Test
    void noticesANewReleaseAfterConditionalRequests() {
        gitHub.answer(request -> request.headers().containsKey("If-None-Match")
                ? Reply.of(304, "")
                : Reply.of(200, release(OLD, false)).with("ETag", "\"one\""));

        try (RunningUpdater updater = updater()) {
            awaitRequests(4);
            gitHub.answer(request -> Reply.of(200, release(NEW, false)).with("ETag", "\"two\""));
            awaitRelease(NEW);
            await("the first request and the one for the new release")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> log.count("next action.*request-update") == 2);

            assertThat(updater.isRunning()).isTrue();
        }

        assertThat(gitHub.requests().get(0).headers()).doesNotContainKey("If-None-Match");
        assertThat(gitHub.requests().get(1).headers()).containsEntry("If-None-Match", "\"one\"");
    }

    @Test
    void offersPreReleasesToStagingOnly() {
        gitHub.answer(request -> request.uri().endsWith("/latest")
                ? Reply.of(200, release(NEW, false))
                : Reply.of(200, "[" + release(NEW, false) + "," + release(NEWER, true) + "]"));

        try (RunningUpdater updater = updater()) {
            awaitRelease(NEW);
            store.putConfig(ConfigKey.ENV, "staging");
            awaitRelease(NEWER);

            assertThat(updater.isRunning()).isTrue();
        }

        assertThat(log.count("found a new neco release\" version=\"" + NEWER)).isEqualTo(1);
    }

    @Test
    void doesNotGoBackToAnOlderRelease() {
        store.putNecoRelease(NEWER, LeaderKey.SETUP);
        gitHub.answer(request -> Reply.of(200, release(NEW, false)));

        try (RunningUpdater updater = updater()) {
            log.awaitLine(
                    "info: \"got neco release with older version\" current=\"" + NEWER + "\" latest=\"" + NEW + "\"");
            awaitRequests(3);

            assertThat(store.necoRelease()).isEqualTo(NEWER);
            assertThat(updater.isRunning()).isTrue();
        }

        assertThat(log.count("got neco release with older version")).isEqualTo(1);
    }

    @Test
    void warnsOnceOfALaterReleaseThatIsNeverInstalledForItsNumber() {
        String passedOver = "2022.05.28-3";
        store.putNecoRelease(NEWER, LeaderKey.SETUP);
        gitHub.answer(request -> Reply.of(200, release(passedOver, false)));

        try (RunningUpdater updater = updater()) {
            log.awaitLine(
                    "warning: \"got neco release of a later day that is never installed, .*; publish it again with a"
                            + " larger number behind the hyphen\" current=\"" + NEWER + "\" latest=\"" + passedOver
                            + "\"");
            store.putConfig(
                    ConfigKey.WORKER_TIMEOUT, "7200000000000"); // settings that change begin the complaints anew
            log.awaitLine("detected config change");
            int before = gitHub.requests().size();
            awaitRequests(before + 2);

            assertThat(store.necoRelease()).isEqualTo(NEWER);
            assertThat(updater.isRunning()).isTrue();
        }

        assertThat(log.count("never installed")).isEqualTo(1);
    }

    @Test
    void waitsForTheEndOfARateLimitUnlessASettingChanges() {
        gitHub.answer(request -> request.headers().containsKey("Authorization")
                ? Reply.of(200, release(NEW, false))
                : Reply.of(403, "{\"message\":\"API rate limit exceeded\"}")
                        .with("X-RateLimit-Remaining", "0")
                        .with(
                                "X-RateLimit-Reset",
                                Long.toString(Instant.now().plusSeconds(3000).getEpochSecond())));

        try (RunningUpdater updater = updater()) {
            log.awaitLine("warning: \"failed to get the latest GitHub release\" error=\".*rate limit.*is used up until"
                    + ".*\" owner=\"cybozu-go\" repository=\"neco\"");
            store.putConfig(ConfigKey.GITHUB_TOKEN, "t0ken");
            awaitRelease(NEW);

            assertThat(updater.isRunning()).isTrue();
        }

        assertThat(gitHub.requests().stream()
                        .filter(request -> !request.headers().containsKey("Authorization")))
                .hasSize(1);
        assertThat(log.all()).noneMatch(line -> line.contains("t0ken"));
    }

    @Test
    void aTokenIsShownWithoutTheLineBreakItWasStoredWith() {
        store.putConfig(ConfigKey.GITHUB_TOKEN, "t0ken\r\n");
        gitHub.answer(request -> Reply.of(200, release(NEW, false)));

        try (RunningUpdater updater = updater()) {
            awaitRelease(NEW);

            assertThat(updater.isRunning()).isTrue();
        }
        assertThat(gitHub.requests().get(0).headers()).containsEntry("Authorization", "Bearer t0ken");
        assertThat(log.all()).noneMatch(line -> line.contains("t0ken"));
    }

    @Test
    void aTokenThatCannotBeSentIsNamedNotShownAndTheSearchGoesOnWithoutIt() {
        store.putConfig(ConfigKey.GITHUB_TOKEN, "t0ken\nX-Evil: 1");

        try (RunningUpdater updater = updater()) {
            log.awaitLine(
                    "error: \"going on without a GitHub token until it is mended\" error=\"the GitHub token of etcd key"
                            + " config/github-token .*`neco config set github-token`\"");
            awaitRequests(1);
            store.putConfig(ConfigKey.GITHUB_TOKEN, "mended");
            gitHub.answer(request -> request.headers().containsKey("Authorization")
                    ? Reply.of(200, release(NEW, false))
                    : Reply.of(200, release(OLD, false)));
            awaitRelease(NEW);

            assertThat(updater.isRunning()).isTrue();
        }
        assertThat(gitHub.requests().get(0).headers()).doesNotContainKey("Authorization");
        assertThat(log.all()).noneMatch(line -> line.contains("t0ken"));
    }

    @Test
    void goesOnAfterAServerErrorAndAMissingRepository() {
        gitHub.answer(request -> Reply.of(gitHub.requests().size() % 2 == 0 ? 500 : 404, "{}"));

        try (RunningUpdater updater = updater()) {
            log.awaitLine("failed to get the latest GitHub release\" error=\".*status 500");
            log.awaitLine("warning: \"the release server knows no latest release \\(404\\); .* github-token.*\" api=\""
                    + gitHub.uri() + "\" owner=\"cybozu-go\" repository=\"neco\"");
            awaitRequests(4);
            gitHub.answer(request -> Reply.of(200, release(NEW, false)));
            awaitRelease(NEW);

            assertThat(updater.isRunning()).isTrue();
        }
        assertThat(log.count("knows no latest release")).isEqualTo(1);
    }

    @Test
    void saysOnceOfEachEnvironmentThatThereIsNoRelease() {
        gitHub.answer(request -> request.uri().endsWith("/latest") ? Reply.of(404, "{}") : Reply.of(200, "[]"));

        try (RunningUpdater updater = updater()) {
            log.awaitLine("knows no latest release");
            awaitRequests(3);
            store.putConfig(ConfigKey.ENV, "staging");
            log.awaitLine("warning: \"the repository has no release tagged release-");
            store.putConfig(ConfigKey.ENV, "prod");
            log.awaitLines(2, "knows no latest release");

            assertThat(updater.isRunning()).isTrue();
        }
        assertThat(log.count("has no release tagged")).isEqualTo(1);
    }

    @Test
    void asksThroughTheRepairedProxyAtOnceWhileTheDeadOneIsWaitedFor() throws Exception {
        gitHub.answer(request -> Reply.of(200, release(NEW, false)));

        try (ServerSocket dead = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            store.putConfig(ConfigKey.PROXY, "http://127.0.0.1:" + dead.getLocalPort());
            try (RunningUpdater updater = updater();
                    Socket waiting = dead.accept()) {
                store.putConfig(ConfigKey.PROXY, gitHub.uri().toString());
                awaitRelease(NEW);

                assertThat(waiting.isConnected()).isTrue();
                assertThat(updater.isRunning()).isTrue();
            }
        }
        assertThat(gitHub.requests().get(0).uri()).as("as a proxy is asked").startsWith(gitHub.uri() + "/repos/");
        assertThat(log.all()).noneMatch(line -> line.contains("failed to get the latest"));
    }

    @Test
    void dropsWhatALookFindsAfterItsSettingsHaveChanged() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch isFrozen = new CountDownLatch(1);
        gitHub.answer(request -> {
            asked.countDown();
            isFrozen.await();
            return Reply.of(200, release(NEW, false));
        });

        try (RunningUpdater updater = updater()) {
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            store.putConfig(ConfigKey.ENV, "none");
            store.putConfig(ConfigKey.WORKER_TIMEOUT, "7200000000000");
            log.awaitLine("detected config change\" key=\"config/worker-timeout");
            gitHub.answer(request -> Reply.of(200, release(OLD, false)));
            isFrozen.countDown();
            store.putConfig(ConfigKey.ENV, "prod");
            awaitRequests(3);

            assertThat(store.necoRelease()).isEqualTo(OLD);
            assertThat(updater.isRunning()).isTrue();
        }
        assertThat(log.count("found a new neco release")).isZero();
    }

    @Test
    void saysOnceThatItCannotRecordARelease() {
        Etcdctl etcdctl = new Etcdctl(config);

        try (RunningUpdater updater = updater()) {
            awaitRequests(1);
            log.awaitLine("action=\"wait-for-info\""); // the loop has nothing to write any more
            etcdctl.raiseNoSpaceAlarm();
            int refused = etcdctl.refusedTransactions();
            gitHub.answer(request -> Reply.of(200, release(NEW, false)));
            await("some attempts")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> etcdctl.refusedTransactions() >= refused + 3);
            etcdctl.disarm();
            awaitRelease(NEW);
            log.awaitLine("etcd takes writes again");

            assertThat(updater.isRunning()).isTrue();
        } finally {
            etcdctl.disarm();
        }
        assertThat(log.count("etcd takes no writes, trying again until it does"))
                .isEqualTo(1);
        assertThat(log.count("found a new neco release")).isEqualTo(1);
        assertThat(log.count("etcd serves us again")).isZero();
    }

    @Test
    void anErrorInTheCheckEndsTheUpdaterWhichSystemdStartsAnew() {
        ReleaseSource broken = new ReleaseSource() {
            @Override
            public Optional<Offer> newest(Settings settings) {
                throw new NoClassDefFoundError("io/neco/Gone");
            }

            @Override
            public void close() {}
        };

        try (Notifications nobody = new Notifications(() -> "lab0")) {
            Updater updater =
                    new Updater(store, "boot-0", Duration.ofSeconds(5), broken, nobody, Clocks.of(Clock.systemUTC()));

            assertThatExceptionOfType(NoClassDefFoundError.class)
                    .isThrownBy(() -> assertTimeoutPreemptively(Duration.ofSeconds(30), updater::run));
        }
        assertThat(new Etcdctl(config).get("leader/")).as("the leader key").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"v1.0.5, v1.0.5", "2022.05.26-2, 2", "v2022.05.26-2, 2"})
    void saysWhichTagIsNoReleaseAndWhatOneLooksLikeAndGoesOn(String tag, String rest) {
        gitHub.answer(request -> Reply.of(200, "{\"id\":1,\"tag_name\":\"" + tag + "\",\"assets\":[]}"));

        try (RunningUpdater updater = updater()) {
            log.awaitLine("error: \"the release server offers something that is no release\""
                    + " error=\"tag should have .*YYYY.MM.DD-UNIQUE_ID.*, but got " + rest + ": the latest release of"
                    + " cybozu-go/neco at " + gitHub.uri() + " is tagged " + tag
                    + ", .* for prod tag it release-YYYY.MM.DD-NUMBER, or mark another release as the latest\"");
            gitHub.answer(request -> Reply.of(200, release(NEW, false)));
            awaitRelease(NEW);

            assertThat(updater.isRunning()).isTrue();
        }
    }

    @Test
    void stagingSaysOfWhichTagItIsThatItIsNoRelease() {
        store.putConfig(ConfigKey.ENV, "staging");
        gitHub.answer(request -> Reply.of(200, "[" + release("2022.13.45-9", true) + "," + release(NEW, true) + "]"));

        try (RunningUpdater updater = updater()) {
            log.awaitLine(
                    "the release server offers something that is no release.*the highest release of cybozu-go/neco at "
                            + gitHub.uri()
                            + " is tagged release-2022.13.45-9, .* for staging tag it .*, or delete it\"");
            gitHub.answer(request -> Reply.of(200, "[" + release(NEW, true) + "]"));
            awaitRelease(NEW);

            assertThat(updater.isRunning()).isTrue();
        }
    }

    @Test
    void complainsOfAReleaseWithoutATagAndGoesOn() {
        gitHub.answer(request -> Reply.of(200, "{\"id\":1,\"tag_name\":\"\",\"assets\":[]}"));

        try (RunningUpdater updater = updater()) {
            log.awaitLine("error: \"no tagged release\" owner=\"cybozu-go\" repository=\"neco\"");
            gitHub.answer(request -> Reply.of(200, release(NEW, false)));
            awaitRelease(NEW);

            assertThat(updater.isRunning()).isTrue();
        }
    }

    @Test
    void saysWhichSiteFileIsWrongAndGoesOnWhenItIsMended() throws IOException {
        Files.writeString(root.resolve("etc/neco/site.yml"), "release-apy: x\n");
        gitHub.answer(request -> Reply.of(200, release(NEW, false)));

        try (RunningUpdater updater = updater()) {
            log.awaitLine("cannot look for releases\" error=\"unknown key release-apy in /etc/neco/site.yml");
            Files.writeString(root.resolve("etc/neco/site.yml"), "release-api: " + gitHub.uri() + "\n");
            awaitRelease(NEW);

            assertThat(updater.isRunning()).isTrue();
        }
    }
}
