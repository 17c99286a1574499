package io.neco.dctest.deb;

import static io.neco.dctest.deb.PackageHost.BOTH;
import static io.neco.dctest.deb.PackageHost.NEW;
import static io.neco.dctest.deb.PackageHost.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
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

    @RegisterExtension
    static final PackageHost HOST = new PackageHost("necodeb-cut");

    private static Lab.Result host(String line) {
        return HOST.run(line);
    }

    /** Both daemons run, the worker only if no file of the package is missing, and the next version lies where the worker puts it. */
    private static void runOldVersion() {
        HOST.setUpWith("/usr/bin/sleep infinity");
        host("sed -i -e /^ExecStartPre=/d -e 's,^ExecStart=/.*,ExecStart=/bin/sh -c \"test -e /usr/lib/neco/lib/neco-worker.jar"
                        + " \\&\\& exec sleep infinity\",' /etc/systemd/system/neco-worker.service.d/test.conf;"
                        + " mkdir -p /var/lib/neco/packages && cp " + PackageHost.file(NEW) + " " + PACKAGE)
                .orFail();
        HOST.install(OLD).orFail();
        HOST.awaitBoth();
    }

    /** Stops dpkg while it unpacks, so that it cannot end before the power is cut, and does this. */
    private static void damageInUnpacking(String damage) {
        host("systemd-run -q --collect --unit=neco-self-update dpkg -i " + PACKAGE + ";" + AWAIT_UNPACKING
                        + " systemctl kill -s STOP neco-self-update; test -e " + MARK + " && " + damage + " && sync")
                .orFail();
    }

    private static void awaitState(String state) {
        Lab.waitUntil("dpkg has ended what it had begun", PackageHost.DEADLINE, HOST::state, state::equals);
    }

    @Test
    void aPowerCutInUnpackingIsMendedAtTheNextStartEvenIfTheWorkerCannotRunAnyMore() {
        runOldVersion();
        damageInUnpacking("rm /usr/lib/neco/lib/neco-worker.jar");
        HOST.cutPower();

        awaitState(INSTALLED);
        HOST.awaitBoth();
        assertThat(host("test -e " + MARK).succeeded()).isFalse();
        assertThat(host("dpkg --verify neco").stdout()).doesNotContain("/usr/lib/neco");
    }

    @Test
    void aPowerCutBeforeThePackageIsConfiguredIsMendedAtTheNextStart() {
        runOldVersion();
        host("dpkg --unpack " + PACKAGE).orFail();
        HOST.cutPower();

        awaitState(INSTALLED);
        HOST.awaitBoth();
        assertThat(host("test -e " + MARK).succeeded()).isFalse();
    }

    @Test
    void aPowerCutThatTakesWhatTheMarkSaysAlongIsMendedAtTheNextStart() {
        runOldVersion();
        damageInUnpacking("truncate -s 0 " + MARK);
        HOST.cutPower();

        awaitState(INSTALLED);
        HOST.awaitBoth();
        assertThat(host("test -e " + MARK).succeeded()).isFalse();
    }

    @Test
    void aPackageThatThePowerCutHasDamagedIsNotInstalledAndTheOldVersionRuns() {
        runOldVersion();
        damageInUnpacking("truncate -s 20000000 " + PACKAGE);
        HOST.cutPower();

        HOST.awaitBoth();
        assertThat(HOST.state()).isNotEqualTo(INSTALLED).endsWith(OLD);
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

        HOST.awaitBoth();
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
        assertThat(HOST.state()).contains("reinstreq half-configured");
        HOST.cutPower();

        awaitState(INSTALLED);
        HOST.awaitBoth();
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
        assertThat(HOST.state()).contains("unpacked");

        host("touch /run/go").orFail();

        awaitState(INSTALLED);
        HOST.awaitBoth();
        host("dpkg --purge other; rm -rf /tmp/other* /run/go").orFail();
    }

    @Test
    void aDpkgThatIsKilledIsResumedWhenTheWorkerIsStartedAgain() {
        runOldVersion();
        host("systemd-run -q --collect --unit=neco-self-update --property=ExecStopPost=-/usr/lib/neco/after-self-update"
                        + " dpkg -i " + PACKAGE + ";" + AWAIT_UNPACKING + " systemctl kill -s KILL neco-self-update")
                .orFail();

        awaitState(INSTALLED);
        HOST.awaitBoth();
        assertThat(host("test -e " + MARK).succeeded()).isFalse();
    }

    @Test
    void anInterruptedUpgradeDoesNotMakeTheNextOneBelieveInUnitsThatWereNeverLoaded() {
        HOST.install(OLD).orFail();
        host("/var/lib/dpkg/info/neco.prerm upgrade " + NEW).orFail(); // and then dpkg was killed
        String loaded = HOST.unitsLoaded();

        HOST.install(NEW).orFail();

        assertThat(HOST.unitsLoaded()).isNotEqualTo(loaded);
    }

    @Test
    void servicesStayEnabledWhileAnUpgradeIsUnderWayAndComeBackWhenItIsGivenUp() {
        HOST.setUpWith("/usr/bin/sleep infinity");
        HOST.install(OLD).orFail();
        HOST.awaitBoth();

        host("/var/lib/dpkg/info/neco.prerm upgrade " + NEW).orFail();

        assertThat(HOST.active()).isEqualTo("inactive\ninactive\n");
        assertThat(host("systemctl is-enabled " + BOTH).stdout()).isEqualTo("enabled\nenabled\n");

        host("/var/lib/dpkg/info/neco.postinst abort-upgrade " + NEW).orFail();

        HOST.awaitBoth();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM"})
    void aDpkgThatIsKilledWhileItUnpacksLeavesTheServicesRunningAndTheNextUpgradeReplacesThem(String signal) {
        HOST.setUpWith("/usr/bin/sleep infinity");
        HOST.install(OLD).orFail();
        HOST.awaitBoth();

        var killed = host("systemd-run -q --collect --unit=neco-self-update"
                + " --property=ExecStopPost=-/usr/lib/neco/after-self-update dpkg -i " + PackageHost.file(NEW) + ";"
                + AWAIT_UNPACKING
                + " systemctl is-active neco-worker; systemctl kill -s " + signal + " neco-self-update");

        assertThat(killed.stdout()).as("neco-worker while dpkg unpacks").isEqualTo("inactive\n");
        HOST.awaitBoth();
        assertThat(HOST.state()).isNotEqualTo("install ok installed " + NEW);
        List<String> before = HOST.processes().lines().toList();
        HOST.install(NEW).orFail();
        assertThat(HOST.state()).isEqualTo("install ok installed " + NEW);
        HOST.awaitBoth();
        Lab.waitUntil(
                "the old processes are replaced",
                PackageHost.DEADLINE,
                () -> HOST.processes().lines().noneMatch(before::contains));
        HOST.awaitBoth();
    }

    @Test
    void aPackageMadeForANewerSystemLeavesTheOldVersionInstalledAndRunning() {
        HOST.setUpWith("/usr/bin/sleep infinity");
        HOST.install(OLD).orFail();
        HOST.awaitBoth();
        String processes = HOST.processes();
        host("dpkg-deb --raw-extract " + PackageHost.file(NEW) + " /var/tmp/newer;"
                        + " sed -i 's/libc6 (>= [0-9.]*)/libc6 (>= 99)/' /var/tmp/newer/DEBIAN/control;"
                        + " dpkg-deb -Znone --build /var/tmp/newer /var/tmp/newer.deb >/dev/null; rm -r /var/tmp/newer")
                .orFail();

        Lab.Result result = host("dpkg -i /var/tmp/newer.deb; s=$?; rm /var/tmp/newer.deb; exit $s");

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.stderr()).contains("libc6 (>= 99)");
        assertThat(HOST.state()).isEqualTo("install ok installed " + OLD);
        assertThat(HOST.processes()).isEqualTo(processes);
    }

    @Test
    void aTruncatedPackageLeavesTheOldVersionInstalledAndRunning() {
        HOST.setUpWith("/usr/bin/sleep infinity");
        HOST.install(OLD).orFail();
        host("head -c 20000000 " + PackageHost.file(NEW) + " >/tmp/truncated.deb")
                .orFail();

        assertThat(host("dpkg -i /tmp/truncated.deb").exitCode()).isNotZero();

        assertThat(HOST.state()).isEqualTo("install ok installed " + OLD);
        HOST.awaitBoth();
        assertThat(host("dpkg --verify neco").stdout()).doesNotContain("/usr/lib/neco");
    }
}
