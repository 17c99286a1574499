package io.neco.dctest.deb;

import static io.neco.dctest.deb.PackageHost.BOTH;
import static io.neco.dctest.deb.PackageHost.NEW;
import static io.neco.dctest.deb.PackageHost.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upgrades of the package that do not come to their end: damaged files, a dpkg that is killed, power cuts. */
class InterruptedUpgradeIT {
    private static final String MARK = "/var/lib/neco/upgrading";
    private static final String PACKAGE = "/var/lib/neco/packages/neco_" + NEW + "_amd64.deb";
    private static final String INSTALLED = "install ok installed " + NEW;
    /** Waits for the files of the next version beside those of the present one. */
    private static final String AWAIT_UNPACKING =
            " timeout 60 sh -c 'until ls /usr/lib/neco/*.dpkg-new >/dev/null 2>&1; do :; done';";

    @TempDir
    private static Path directory;

    @Nullable
    private static PackageHost booted;

    @BeforeAll
    static void bootHost() {
        booted = PackageHost.boot("necodeb-cut", directory);
    }

    @AfterAll
    static void removeHost() {
        if (booted != null) {
            booted.remove();
        }
    }

    @BeforeEach
    void startWithoutPackage() {
        host().clear();
    }

    private static PackageHost host() {
        return Objects.requireNonNull(booted);
    }

    private static Lab.Result host(String line) {
        return host().run(line);
    }

    /** Both daemons run, the worker only if no file of the package is missing, and the next version lies where the worker puts it. */
    private static void runOldVersion() {
        host().setUpWith("/usr/bin/sleep infinity");
        host("sed -i -e /^ExecStartPre=/d -e 's,^ExecStart=/.*,ExecStart=/bin/sh -c \"test -e /usr/lib/neco/lib/neco-worker.jar"
                        + " \\&\\& exec sleep infinity\",' /etc/systemd/system/neco-worker.service.d/test.conf;"
                        + " mkdir -p /var/lib/neco/packages && cp " + PackageHost.file(NEW) + " " + PACKAGE)
                .orFail();
        host().install(OLD).orFail();
        host().awaitBoth();
    }

    /** Stops dpkg while it unpacks, so that it cannot end before the power is cut, and does this. */
    private static void damageInUnpacking(String damage) {
        host("systemd-run -q --collect --unit=neco-self-update dpkg -i " + PACKAGE + ";" + AWAIT_UNPACKING
                        + " systemctl kill -s STOP neco-self-update; test -e " + MARK + " && " + damage + " && sync")
                .orFail();
    }

    private static void awaitState(String state) {
        Lab.waitUntil("dpkg has ended what it had begun", PackageHost.DEADLINE, host()::state, state::equals);
    }

    @Test
    void aPowerCutInUnpackingIsMendedAtTheNextStartEvenIfTheWorkerCannotRunAnyMore() {
        runOldVersion();
        damageInUnpacking("rm /usr/lib/neco/lib/neco-worker.jar");
        host().cutPower();

        awaitState(INSTALLED);
        host().awaitBoth();
        assertThat(host("test -e " + MARK).succeeded()).isFalse();
        assertThat(host("dpkg --verify neco").stdout()).doesNotContain("/usr/lib/neco");
    }

    @Test
    void aPowerCutBeforeThePackageIsConfiguredIsMendedAtTheNextStart() {
        runOldVersion();
        host("dpkg --unpack " + PACKAGE).orFail();
        host().cutPower();

        awaitState(INSTALLED);
        host().awaitBoth();
        assertThat(host("test -e " + MARK).succeeded()).isFalse();
    }

    @Test
    void aPackageThatThePowerCutHasDamagedIsNotInstalledAndTheOldVersionRuns() {
        runOldVersion();
        damageInUnpacking("truncate -s 20000000 " + PACKAGE);
        host().cutPower();

        host().awaitBoth();
        assertThat(host().state()).isNotEqualTo(INSTALLED).endsWith(OLD);
        assertThat(host("journalctl -b -u neco-resume-upgrade -o cat").stdout())
                .contains("install it by hand: dpkg -i neco_VERSION_amd64.deb");
        assertThat(host("cat /usr/lib/neco/version").stdout()).isEqualTo(OLD + "\n");
    }

    @Test
    void anUpgradeThatCannotBeResumedIsNotTriedForEver() {
        runOldVersion();
        String mark = NEW + "\n" + "attempt\n".repeat(3);
        host("systemctl stop neco-worker; printf '%s' '" + mark + "' >" + MARK + "; systemctl start neco-worker")
                .orFail();

        host().awaitBoth();
        assertThat(host("cat " + MARK).stdout()).isEqualTo(mark);
        assertThat(host("journalctl -b -u neco-worker -o cat").stdout())
                .contains("three attempts to resume it have failed");

        host("/var/lib/dpkg/info/neco.prerm upgrade " + OLD).orFail();

        assertThat(host("cat " + MARK).stdout()).as("of the next upgrade").isEqualTo(OLD + "\n");
    }

    @Test
    void aPowerCutWhileServicesAreStoppedIsMendedAtTheNextStart() {
        runOldVersion();
        host("printf 'ExecStop=/usr/bin/sleep infinity\n' >>/etc/systemd/system/neco-updater.service.d/test.conf;"
                        + " systemctl daemon-reload; systemd-run -q --collect --unit=neco-self-update dpkg -i "
                        + PACKAGE + ";"
                        + " timeout 60 sh -c 'until [ $(systemctl is-active neco-updater) = deactivating ]; do :; done';"
                        + " sed -i /^ExecStop=/d /etc/systemd/system/neco-updater.service.d/test.conf; sync")
                .orFail();
        assertThat(host().state()).contains("reinstreq half-configured");
        host().cutPower();

        awaitState(INSTALLED);
        host().awaitBoth();
    }

    @Test
    void anotherDpkgThatIsAtWorkIsWaitedFor() {
        runOldVersion();
        host("mkdir -p /tmp/other/DEBIAN; cd /tmp/other/DEBIAN; printf 'Package: other\nVersion: 1\nArchitecture: all\n"
                        + "Maintainer: nobody <nobody@example.org>\nDescription: takes its time\n' >control;"
                        + " printf '#!/bin/sh\nuntil [ -e /run/go ]; do sleep 0.1; done\n' >postinst; chmod 755 postinst;"
                        + " dpkg-deb -b /tmp/other /tmp/other.deb >/dev/null; dpkg --unpack " + PACKAGE + ";"
                        + " systemd-run -q --collect dpkg -i /tmp/other.deb;"
                        + " timeout 60 sh -c 'until dpkg-query -W -f \\${Status} other 2>/dev/null | grep -q half-; do :; done';"
                        + " systemctl --no-block start neco-worker")
                .orFail();
        Lab.waitUntil(
                "the resumption has met the lock",
                PackageHost.DEADLINE,
                () -> host("pgrep -f '[r]esume-upgrade resume' && cat " + MARK)
                        .stdout()
                        .contains("attempt"));
        assertThat(host().state()).contains("unpacked");

        host("touch /run/go").orFail();

        awaitState(INSTALLED);
        host().awaitBoth();
        host("dpkg --purge other; rm -rf /tmp/other* /run/go").orFail();
    }

    @Test
    void aDpkgThatIsKilledIsResumedWhenTheWorkerIsStartedAgain() {
        runOldVersion();
        host("systemd-run -q --collect --unit=neco-self-update --property=ExecStopPost=-/usr/lib/neco/after-self-update"
                        + " dpkg -i " + PACKAGE + ";" + AWAIT_UNPACKING + " systemctl kill -s KILL neco-self-update")
                .orFail();

        awaitState(INSTALLED);
        host().awaitBoth();
        assertThat(host("test -e " + MARK).succeeded()).isFalse();
    }

    @Test
    void anInterruptedUpgradeDoesNotMakeTheNextOneBelieveInUnitsThatWereNeverLoaded() {
        host().install(OLD).orFail();
        host("/var/lib/dpkg/info/neco.prerm upgrade " + NEW).orFail(); // and then dpkg was killed
        String loaded = unitsLoaded();

        host().install(NEW).orFail();

        assertThat(unitsLoaded()).isNotEqualTo(loaded);
    }

    @Test
    void servicesStayEnabledWhileAnUpgradeIsUnderWayAndComeBackWhenItIsGivenUp() {
        host().setUpWith("/usr/bin/sleep infinity");
        host().install(OLD).orFail();
        host().awaitBoth();

        host("/var/lib/dpkg/info/neco.prerm upgrade " + NEW).orFail();

        assertThat(host().active()).isEqualTo("inactive\ninactive\n");
        assertThat(host("systemctl is-enabled " + BOTH).stdout()).isEqualTo("enabled\nenabled\n");

        host("/var/lib/dpkg/info/neco.postinst abort-upgrade " + NEW).orFail();

        host().awaitBoth();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM"})
    void aDpkgThatIsKilledWhileItUnpacksLeavesTheServicesRunningAndTheNextUpgradeReplacesThem(String signal) {
        host().setUpWith("/usr/bin/sleep infinity");
        host().install(OLD).orFail();
        host().awaitBoth();

        var killed = host("systemd-run -q --collect --unit=neco-self-update"
                + " --property=ExecStopPost=-/usr/lib/neco/after-self-update dpkg -i " + PackageHost.file(NEW) + ";"
                + AWAIT_UNPACKING
                + " systemctl is-active neco-worker; systemctl kill -s " + signal + " neco-self-update");

        assertThat(killed.stdout()).as("neco-worker while dpkg unpacks").isEqualTo("inactive\n");
        host().awaitBoth();
        assertThat(host().state()).isNotEqualTo("install ok installed " + NEW);
        List<String> before = host().processes().lines().toList();
        host().install(NEW).orFail();
        assertThat(host().state()).isEqualTo("install ok installed " + NEW);
        host().awaitBoth();
        Lab.waitUntil(
                "the old processes are replaced",
                PackageHost.DEADLINE,
                () -> host().processes().lines().noneMatch(before::contains));
        host().awaitBoth();
    }

    @Test
    void aTruncatedPackageLeavesTheOldVersionInstalledAndRunning() {
        host().setUpWith("/usr/bin/sleep infinity");
        host().install(OLD).orFail();
        host("head -c 20000000 " + PackageHost.file(NEW) + " >/tmp/truncated.deb")
                .orFail();

        assertThat(host("dpkg -i /tmp/truncated.deb").exitCode()).isNotZero();

        assertThat(host().state()).isEqualTo("install ok installed " + OLD);
        host().awaitBoth();
        assertThat(host("dpkg --verify neco").stdout()).doesNotContain("/usr/lib/neco");
    }

    /** When systemd has loaded its units the last time. */
    private static String unitsLoaded() {
        return host("systemctl show --property=UnitsLoadTimestampMonotonic").stdout();
    }
}
