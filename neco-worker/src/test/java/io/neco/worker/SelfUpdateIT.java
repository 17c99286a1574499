package io.neco.worker;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.host.ProcessCommandRunner;
import io.neco.host.Site;
import io.neco.http.HttpClients;
import io.neco.http.Retry;
import io.neco.release.PackageDownloader;
import io.neco.update.UpdateRequest;
import io.neco.worker.step.Cancellation;
import io.neco.worker.step.CancelledException;
import io.neco.worker.step.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Real packages from a release server that behaves and misbehaves; only systemd-run, systemctl and journalctl are played. */
class SelfUpdateIT {
    private static final String VERSION = "2022.05.26-2";
    private static final String KILLED = "killed";
    private static final String UNSTARTABLE = "unstartable";
    private static final String LOCKED = "dpkg: error: dpkg frontend lock was locked by another process with pid 7\n";
    private static final String TAG = "/repos/cybozu-go/neco/releases/tags/release-" + VERSION;
    private static final String FILE = "neco_" + VERSION + "_amd64.deb";

    @RegisterExtension
    static final WireMockExtension GITHUB =
            WireMockExtension.newInstance().options(options().dynamicPort()).build();

    @TempDir
    Path dir;

    private final Cancellation cancellation = new Cancellation();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();
    private final Deque<String> unitStates = new ArrayDeque<>();
    private final Deque<String> dpkgSays = new ArrayDeque<>();
    private String journal = "";
    private boolean isJournalSlow;
    private boolean isDpkgSlow;
    private String systemdRunSays = "";
    private Runnable whileDpkgRuns = () -> {};
    private String installedVersion = "2022.05.25-1";
    private int exitCode;
    private SelfUpdate selfUpdate;

    @BeforeEach
    void setUp() {
        Site d = Site.defaults();
        Site site = new Site(
                d.releaseOwner(),
                d.releaseRepository(),
                URI.create(GITHUB.baseUrl()),
                d.node0Base(),
                d.node0Stride(),
                d.node0Offset(),
                d.bastionInterface(),
                d.privateImageSuffix());
        selfUpdate = new SelfUpdate(
                new HostFiles(new HostRoot(dir.resolve("host"))),
                played(),
                site,
                new PackageDownloader(
                        new HttpClients(),
                        site.releaseApi(),
                        Clock.systemUTC(),
                        new Retry(
                                PackageDownloader.patience().attempts(),
                                Duration.ofMillis(1),
                                Duration.ofMillis(1),
                                pauses::add,
                                new Random(1))),
                () -> 10,
                Duration.ofMillis(1));
        GITHUB.stubFor(get(urlPathEqualTo("/repos/cybozu-go/neco"))
                .willReturn(okJson(
                        "{\"id\":1,\"name\":\"neco\",\"full_name\":\"cybozu-go/neco\",\"owner\":{\"login\":\"cybozu-go\"},\"url\":\""
                                + GITHUB.baseUrl() + "/repos/cybozu-go/neco\"}")));
    }

    @Test
    void downloadsChecksAndInstallsThePackageInATransientUnit() throws Exception {
        byte[] deb = releasePackage();

        install("prod");

        assertThat(downloaded()).hasBinaryContent(deb);
        assertThat(commands)
                .last()
                .isEqualTo("systemd-run -q --wait --collect --unit=neco-self-update"
                        + " --property=ExecStopPost=-/usr/lib/neco/after-self-update"
                        + " --property=SyslogIdentifier=neco-self-update-a --setenv=LC_ALL=C dpkg -i " + downloaded());
    }

    @Test
    void waitsWhileAnotherProcessHoldsTheLock() throws Exception {
        releasePackage();
        dpkgSays.add(LOCKED);
        dpkgSays.add(LOCKED.replace("another process", "apt-get process")); // since 1.22.7

        install("prod");

        assertThat(commands).filteredOn(c -> c.startsWith("systemd-run")).hasSize(3);
        assertThat(commands.stream().filter(c -> c.startsWith("journalctl -q")))
                .containsOnly("journalctl -q -o cat -t neco-self-update-a -n 12");
    }

    @Test
    void waitsForTheLockNoLongerWhenTheRequestIsStopped() throws Exception {
        releasePackage();
        dpkgSays.add(LOCKED);
        whileDpkgRuns = () -> cancellation.request("the update was stopped");

        assertThatThrownBy(() -> install("prod"))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("the update was stopped");
        assertThat(commands).filteredOn(c -> c.startsWith("systemd-run")).hasSize(1);
    }

    /** What dpkg has begun it ends, and the outcome counts. */
    @Test
    void leavesDpkgAloneWhenTheRequestIsStopped() throws Exception {
        releasePackage();
        whileDpkgRuns = () -> {
            cancellation.request("the update was stopped");
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        };

        install("prod");
        assertThat(commands).last().asString().startsWith("systemd-run");
    }

    @Test
    void readsTheJournalAlsoWhenItCannotBeSynchronised() throws Exception {
        releasePackage();
        dpkgSays.add(LOCKED);
        isJournalSlow = true;

        install("prod");

        assertThat(commands).filteredOn(c -> c.startsWith("systemd-run")).hasSize(2);
    }

    @Test
    void removesOlderPackages() throws Exception {
        releasePackage();
        Path packages = Files.createDirectories(dir.resolve("host/var/lib/neco/packages"));
        Path old = Files.writeString(packages.resolve("neco_1_amd64.deb"), "old");

        install("prod");
        assertThat(old).doesNotExist();
    }

    @Test
    void saysThatThereIsNoSuchRelease() {
        GITHUB.stubFor(get(urlPathEqualTo(TAG)).willReturn(aResponse().withStatus(404)));

        assertThatThrownBy(() -> install("prod"))
                .hasMessage("no such release: neco@release-" + VERSION + ": " + GITHUB.baseUrl()
                        + " knows no such release of cybozu-go/neco (404); publish it, or repair where it is looked for:"
                        + " /etc/neco/site.yml, for other packages than neco also the artifact set; if the repository is"
                        + " private, `neco config set github-token`");
        assertNothingIsInstalled();
    }

    @Test
    void saysThatTheReleaseHasNoPackage() throws Exception {
        release("notes.txt", new byte[] {1}, "");

        assertThatThrownBy(() -> install("prod"))
                .hasMessage("debian package not found: neco@release-" + VERSION
                        + ": that release of cybozu-go/neco at " + GITHUB.baseUrl()
                        + " has no file neco_*.deb, only [notes.txt]; add the package to the release");
        assertNothingIsInstalled();
    }

    @Test
    void saysThatTheRateLimitIsReached() {
        GITHUB.stubFor(get(urlPathEqualTo(TAG))
                .willReturn(aResponse()
                        .withStatus(403)
                        .withHeader("X-RateLimit-Limit", "60")
                        .withHeader("X-RateLimit-Remaining", "0")
                        .withHeader("X-RateLimit-Reset", "4102444800")
                        .withBody("{\"message\":\"API rate limit exceeded\"}")));

        assertThatThrownBy(() -> install("prod"))
                .hasMessage(
                        "cannot get release release-" + VERSION + " of cybozu-go/neco: GET " + GITHUB.baseUrl() + TAG
                                + ": status 403, the rate limit of localhost is used up until 2100-01-01T00:00:00Z; a token"
                                + " (`neco config set github-token`) raises it");
        GITHUB.verify(1, getRequestedFor(urlPathEqualTo(TAG)));
        assertNothingIsInstalled();
    }

    @Test
    void asksABrokenReleaseServerSomeTimesAndNotForEver() {
        GITHUB.stubFor(
                get(urlPathEqualTo(TAG)).willReturn(aResponse().withStatus(500).withBody("out of order")));

        assertThatThrownBy(() -> install("prod"))
                .hasMessage("cannot get release release-" + VERSION + " of cybozu-go/neco: GET " + GITHUB.baseUrl()
                        + TAG + ": status 500: out of order");
        GITHUB.verify(14, getRequestedFor(urlPathEqualTo(TAG)));
        assertNothingIsInstalled();
    }

    @Test
    void bearsAReleaseServerThatIsAwayForAWhile() throws Exception {
        releasePackage();
        refuseAtFirst(6, aResponse().withStatus(503));

        install("prod");

        assertThat(commands).last().asString().startsWith("systemd-run");
    }

    @Test
    void waitsAsLongAsTheReleaseServerAsksTo() throws Exception {
        releasePackage();
        refuseAtFirst(1, aResponse().withStatus(429).withHeader("Retry-After", "1"));

        install("prod");

        assertThat(commands).last().asString().startsWith("systemd-run");
        assertThat(pauses).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void asksOnceWhereTheReleaseServerRefusesForGood() {
        GITHUB.stubFor(get(urlPathEqualTo(TAG)).willReturn(aResponse().withStatus(401)));

        assertThatThrownBy(() -> install("prod")).hasMessageContaining("status 401");
        assertThat(pauses).isEmpty();
    }

    @Test
    void refusesAPackageWithAnotherDigest() throws Exception {
        byte[] deb = TestPackage.build(dir, "neco", VERSION);
        release(FILE, deb, "0".repeat(64));

        assertThatThrownBy(() -> install("prod"))
                .hasMessage("cannot download " + GITHUB.baseUrl() + "/download/" + FILE + " to " + downloaded()
                        + ": received " + deb.length + " bytes with SHA-256 digest " + TestPackage.digest(deb)
                        + ", but expected " + "0".repeat(64)
                        + "; `neco retry` downloads it again; if it is the same then, replace it in the release");
        assertNothingIsInstalled();
        assertThat(dir.resolve("host/var/lib/neco/packages")).isEmptyDirectory();
    }

    @Test
    void refusesATruncatedPackageAlsoWhenTheServerTellsNoDigest() throws Exception {
        byte[] deb = TestPackage.build(dir, "neco", VERSION);
        release(FILE, Arrays.copyOf(deb, deb.length - 200), "");

        assertThatThrownBy(() -> install("prod"))
                .hasMessageStartingWith("package " + downloaded() + " is damaged: dpkg-deb")
                .hasMessageEndingWith(removed());
        assertNothingIsInstalled();
        assertThat(downloaded().getParent()).isEmptyDirectory();
    }

    @Test
    void refusesAPackageOfAnotherVersion() throws Exception {
        byte[] deb = TestPackage.build(dir, "neco", "2022.05.27-3");
        release(FILE, deb, TestPackage.digest(deb));

        assertThatThrownBy(() -> install("prod"))
                .hasMessage("package " + downloaded() + " is not neco " + VERSION
                        + " but Package: neco, Version: 2022.05.27-3" + removed());
        assertNothingIsInstalled();
        assertThat(downloaded().getParent()).isEmptyDirectory();
    }

    @Test
    void removesNoDamagedPackageThatItHasNotDownloaded() throws Exception {
        Path own = Files.writeString(Path.of("/tmp/" + FILE), "no package");
        try {
            assertThatThrownBy(() -> install("test")).hasMessageStartingWith("package " + own + " is damaged: ");
            assertThat(own).exists();
        } finally {
            Files.delete(own);
        }
    }

    @Test
    void takesThePackageFromTmpInTestEnvironments() {
        assertThatThrownBy(() -> install("test")).hasMessage("there is no package /tmp/" + FILE);
    }

    @Test
    void saysWhatDpkgSaid() throws Exception {
        releasePackage();
        dpkgSays.add("dpkg: error processing archive\n cannot copy extracted data: No space left on device\n");

        assertThatThrownBy(() -> install("prod"))
                .hasMessageStartingWith("dpkg failed (exit status 1): dpkg: error processing archive; cannot copy")
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("journalctl -u neco-self-update");
    }

    @Test
    void waitsForTheUnitWhenOnlySystemdRunWasKilled() throws Exception {
        releasePackage();
        exitCode = 143;
        unitStates.addAll(List.of("inactive", "active", "active", "inactive"));
        installedVersion = VERSION;

        install("prod");

        assertThat(unitStates).isEmpty();
        assertThat(commands).last().asString().startsWith("dpkg-query");
    }

    /** It may have lost the bus, which is no fault of the installation. */
    @Test
    void waitsForTheUnitWhenSystemdRunHasFailedAndDpkgHasNot() throws Exception {
        releasePackage();
        exitCode = 1;
        unitStates.addAll(List.of("inactive", "active", "active", "inactive"));
        installedVersion = VERSION;

        install("prod");

        assertThat(unitStates).isEmpty();
    }

    @Test
    void waitsForTheUnitWhenDpkgTakesLongerThanSystemdRunMay() throws Exception {
        releasePackage();
        isDpkgSlow = true;
        unitStates.addAll(List.of("inactive", "active", "inactive"));
        installedVersion = VERSION;

        install("prod");

        assertThat(unitStates).isEmpty();
    }

    @Test
    void saysWhatSystemdRunSaidWhenItDidNotComeToDpkg() throws Exception {
        releasePackage();
        exitCode = 1;
        systemdRunSays = "Failed to connect to bus: No such file or directory\n";

        assertThatThrownBy(() -> install("prod"))
                .hasMessage("systemd-run failed (exit status 1): Failed to connect to bus: No such file or directory;"
                        + " see `journalctl -u neco-self-update` on this server");
    }

    /** When dpkg was killed, what it has stopped is started again by the unit before that ends. */
    @Test
    void waitsUntilAnEarlierInstallationHasCleanedUp() throws Exception {
        releasePackage();
        unitStates.addAll(List.of("active", "deactivating", "", "deactivating", "inactive"));

        install("prod");

        assertThat(unitStates).isEmpty();
        assertThat(commands).last().asString().startsWith("systemd-run");
    }

    /** dpkg's scripts stop the worker's control group: what the worker starts at that moment is killed as well, or cannot be started. */
    @Test
    void takesAKilledQuestionForNoAnswer() throws Exception {
        releasePackage();
        exitCode = 143;
        unitStates.addAll(List.of("inactive", UNSTARTABLE, KILLED, "active", "inactive"));
        installedVersion = VERSION;

        install("prod");
        assertThat(unitStates).isEmpty();
    }

    @Test
    void failsWhenTheKilledInstallationDidNotHappen() throws Exception {
        releasePackage();
        exitCode = 143;

        assertThatThrownBy(() -> install("prod")).hasMessageContaining("dpkg failed (exit status 143)");
    }

    @Test
    void givesADownloadUpWhenTheRequestChanges() throws Exception {
        byte[] deb = releasePackage();
        GITHUB.stubFor(get(urlEqualTo("/download/" + FILE))
                .willReturn(aResponse().withBody(deb).withFixedDelay(60_000)));
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                install("prod");
            } catch (Exception e) {
                outcome.set(e);
            }
        });
        thread.start();
        Awaitility.await("the download to begin")
                .until(() -> !GITHUB.findAll(getRequestedFor(urlEqualTo("/download/" + FILE)))
                        .isEmpty());

        cancellation.request("the request has changed");

        Awaitility.await("the installation to end").until(() -> !thread.isAlive());
        assertThat(outcome.get()).isInstanceOf(CancelledException.class);
    }

    // ---- helpers

    private void install(String environment) throws IOException, CancelledException, InterruptedException {
        selfUpdate.install(settings(environment), request(), cancellation);
    }

    private Path downloaded() {
        return dir.resolve("host/var/lib/neco/packages/" + FILE);
    }

    private static String removed() {
        return "; it came from " + GITHUB.baseUrl() + "/download/" + FILE
                + " and was removed: `neco retry` downloads it"
                + " again; if it is the same then, replace it in the release";
    }

    private void assertNothingIsInstalled() {
        assertThat(commands).isNotEmpty().noneMatch(c -> c.startsWith("systemd-run") || c.startsWith("dpkg "));
    }

    private static Settings settings(String environment) {
        return new Settings(environment, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static UpdateRequest request() {
        return new UpdateRequest(
                VERSION, List.of(0, 1, 2), false, OffsetDateTime.of(2022, 5, 26, 0, 0, 0, 0, ZoneOffset.UTC));
    }

    private byte[] releasePackage() throws Exception {
        byte[] deb = TestPackage.build(dir, "neco", VERSION);
        release(FILE, deb, TestPackage.digest(deb));
        return deb;
    }

    private void release(String name, byte[] content, String digest) {
        GITHUB.stubFor(get(urlPathEqualTo(TAG))
                .willReturn(okJson("{\"id\":5,\"tag_name\":\"release-" + VERSION
                        + "\",\"draft\":false,\"prerelease\":false,\"assets\":[{\"id\":7,\"name\":\"" + name
                        + "\",\"size\":" + content.length
                        + (digest.isEmpty() ? "" : ",\"digest\":\"sha256:" + digest + "\"")
                        + ",\"browser_download_url\":\"" + GITHUB.baseUrl() + "/download/" + name + "\"}]}")));
        GITHUB.stubFor(
                get(urlEqualTo("/download/" + name)).willReturn(aResponse().withBody(content)));
    }

    /** The release server gives this answer some times, and then what it was told before. */
    private static void refuseAtFirst(int times, ResponseDefinitionBuilder refusal) {
        for (int n = 0; n < times; n++) {
            GITHUB.stubFor(get(urlPathEqualTo(TAG))
                    .inScenario("away")
                    .whenScenarioStateIs(n == 0 ? Scenario.STARTED : "refused " + n)
                    .willSetStateTo("refused " + (n + 1))
                    .willReturn(refusal));
        }
    }

    private CommandRunner played() {
        ProcessCommandRunner real = new ProcessCommandRunner();
        return command -> {
            commands.add(String.join(" ", command.argv()));
            return switch (command.argv().get(0)) {
                case "systemctl" -> unitState(command, unitStates.isEmpty() ? "inactive" : unitStates.remove());
                case "systemd-run" -> runDpkg(command);
                case "dpkg-query" -> new CommandResult(command, 0, "installed " + installedVersion, "");
                case "journalctl" -> readJournal(command);
                default -> real.run(command);
            };
        };
    }

    private CommandResult runDpkg(Command command) throws IOException {
        journal = "";
        whileDpkgRuns.run();
        if (isDpkgSlow) {
            throw new IOException("`systemd-run` did not end within 900 s and was killed");
        }
        return new CommandResult(command, dpkgSays.isEmpty() ? exitCode : 1, "", systemdRunSays);
    }

    /** What dpkg has said is there when the journal was synchronised, and not before. */
    private CommandResult readJournal(Command command) throws IOException {
        if (!command.argv().contains("--sync")) {
            return new CommandResult(command, 0, journal, "");
        }
        journal = dpkgSays.isEmpty() ? "" : dpkgSays.remove();
        if (isJournalSlow) {
            throw new IOException("`journalctl --sync` did not end within 30 s and was killed");
        }
        return new CommandResult(command, 0, "", "");
    }

    private static CommandResult unitState(Command command, String state) throws IOException {
        return switch (state) {
            case UNSTARTABLE -> throw new IOException("Failed to exec spawn helper: pid: 1, signal: 15");
            case KILLED -> new CommandResult(command, 143, "", "");
            default -> new CommandResult(command, 3, state + "\n", "");
        };
    }
}
