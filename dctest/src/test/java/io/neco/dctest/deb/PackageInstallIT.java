package io.neco.dctest.deb;

import static io.neco.dctest.deb.PackageHost.BOTH;
import static io.neco.dctest.deb.PackageHost.DEADLINE;
import static io.neco.dctest.deb.PackageHost.NEW;
import static io.neco.dctest.deb.PackageHost.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The package on a real host; upgrades that come to their end. */
class PackageInstallIT {
    private static final String SETTER = "sabakan-state-setter";

    @RegisterExtension
    static final PackageHost HOST = new PackageHost("necodeb");

    private static Lab.Result host(String line) {
        return HOST.run(line);
    }

    @Test
    void isInstalledAndEnabledButDoesNotStartOnAHostThatIsNotSetUp() {
        HOST.install(OLD).orFail();

        assertThat(HOST.state()).isEqualTo("install ok installed " + OLD);
        assertThat(host("systemctl is-enabled " + BOTH).stdout()).isEqualTo("enabled\nenabled\n");
        assertThat(HOST.active()).isEqualTo("inactive\ninactive\n");
    }

    @Test
    void otherUnitsAreEnabledAndSkippedOnAHostThatIsNotSetUp() {
        HOST.install(OLD).orFail();

        String units = "sabakan-state-setter cke cke-localproxy";
        assertThat(host("systemctl is-enabled " + units).stdout()).isEqualTo("enabled\nenabled\nenabled\n");
        assertThat(host("systemctl restart " + units).exitCode()).isZero();
        assertThat(host("systemctl list-units --failed --no-legend --plain").stdout())
                .isEmpty();
    }

    @Test
    void timersAreEnabledRunAndGoWithThePackage() {
        String timers =
                "docker-prune.timer kill-old-login-sessions.timer backup-cke-etcd.timer export-unit-status.timer";
        HOST.install(OLD).orFail();

        assertThat(host("systemctl is-enabled " + timers).stdout()).isEqualTo("enabled\n".repeat(4));
        Lab.waitUntil(
                "all timers run",
                DEADLINE,
                () -> host("systemctl is-active " + timers).stdout().equals("active\n".repeat(4)));
        Lab.waitUntil(
                "the state of the daemons is exported",
                DEADLINE,
                () -> host("cat /var/lib/node_exporter/textfile/systemd_unit_active.prom")
                        .stdout()
                        .contains("systemd_unit_active{unit=\"neco-updater.service\"} 0\n"));
        var verified = host("systemd-analyze verify --man=no $(for t in " + timers
                + "; do echo $t ${t%.timer}.service; done) node-exporter.service teleport-node.service 2>&1"
                + " | grep -v 'is not executable'");
        assertThat(verified.stdout()).isEmpty();

        host("dpkg --purge neco").orFail();

        assertThat(host("ls /etc/systemd/system/*.wants /etc/profile.d /var/lib/node_exporter/textfile")
                        .stdout())
                .doesNotContain("docker-prune", "export-unit", "kill-old", "backup-cke", "Z99cybozu", "systemd_unit");
    }

    @Test
    void helpersOfABootServerDoWhatTheyAreFor() {
        HOST.install(OLD).orFail();
        host("printf '#!/bin/sh\\n[ ! -e /run/no-backup ]\\n' >/usr/bin/ckecli; chmod +x /usr/bin/ckecli; cd /usr/local/bin;"
                        + " printf '#!/bin/sh\\ncase $1 in list-sessions) echo \"7 0 root\"; echo \"8 0 root\" ;;"
                        + " show-session) case \"$*\" in *\\ 7) date -d \"-2 days\" ;; *) date ;; esac ;;"
                        + " *) echo \"$@\" ;; esac\\n' >loginctl; printf '#!/bin/sh\\necho \"$2\"\\n' >yq; chmod +x loginctl yq")
                .orFail();
        String metrics = "/var/lib/node_exporter/textfile/cke_etcd_backup_last_";

        host("backup-cke-etcd").orFail();

        assertThat(host("cat " + metrics + "executed_time.prom " + metrics + "succeeded_time.prom")
                        .stdout())
                .containsPattern(
                        "# TYPE cke_etcd_backup_last_executed_time gauge\ncke_etcd_backup_last_executed_time [0-9]+\n")
                .containsPattern("cke_etcd_backup_last_succeeded_time [0-9]+\n");

        host("rm " + metrics + "*; touch /run/no-backup").orFail();

        assertThat(host("backup-cke-etcd").exitCode()).isEqualTo(1);
        assertThat(host("ls " + metrics + "*").stdout()).isEqualTo(metrics + "executed_time.prom\n");
        assertThat(host("kill-old-login-sessions").stdout())
                .startsWith("kill session:\n")
                .endsWith("\n\nkill-session --signal=9 7\n");
        assertThat(host("rmresf .a .b.c </dev/null").stdout())
                .isEqualTo(".|del(.a)|del(.items[].a)|del(.b.c)|del(.items[].b.c)\n");
        assertThat(host("rmresmeta </dev/null").stdout()).contains("del(.items[].metadata.managedFields)");
        assertThat(host("env -i PATH=/usr/bin:/usr/sbin sh -c '. /etc/profile.d/Z99cybozu.sh; echo $PATH'")
                        .stdout())
                .isEqualTo("/usr/bin:/usr/sbin:/sbin:/usr/local/sbin\n");
        // systemd opens a session of PAM under the name that Teleport uses
        assertThat(host("systemd-run -q --wait -p PAMName=teleport -p User=root true")
                        .exitCode())
                .isZero();
        host("rm -f /usr/bin/ckecli /run/no-backup /usr/local/bin/loginctl /usr/local/bin/yq")
                .orFail();
    }

    @Test
    void startsTheServicesOfAHostThatIsSetUp() {
        HOST.setUpWith("/usr/bin/sleep infinity");

        HOST.install(OLD).orFail();

        HOST.awaitBoth();
    }

    @Test
    void installsWhileDockerIsStopped() {
        host("systemctl stop docker.socket docker").orFail();

        assertThat(HOST.install(OLD).exitCode()).isZero();
    }

    @Test
    void installsAndIsEnabledWhereSystemdDoesNotRun() {
        String image = Shell.run("docker", "inspect", "-f", "{{.Image}}", HOST.container())
                .orFail()
                .stdout()
                .strip();

        var result = Shell.run(
                "docker",
                "run",
                "--rm",
                "--network=none",
                "--entrypoint=",
                "-v",
                HOST.built(OLD) + ":/tmp/neco.deb:ro",
                image,
                "sh",
                "-c",
                "dpkg -i /tmp/neco.deb >/dev/null && systemctl is-enabled " + BOTH
                        + " && dpkg --purge neco >/dev/null && ls /etc/systemd/system/multi-user.target.wants");

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.stdout()).startsWith("enabled\nenabled\n").doesNotContain("neco-");
    }

    @Test
    void aServiceThatCannotStartDoesNotLeaveThePackageHalfConfigured() {
        HOST.setUpWith("/does/not/exist");

        assertThat(HOST.install(OLD).exitCode()).isZero();
        assertThat(HOST.install(NEW).exitCode()).isZero();

        assertThat(HOST.state()).isEqualTo("install ok installed " + NEW);
    }

    @Test
    void aUnitFileThatSystemdRejectsDoesNotLeaveThePackageHalfConfigured() {
        host("mkdir -p /etc/systemd/system/neco-worker.service.d && printf '[Service]\\nType=nonsense\\nExecStart=\\n'"
                        + " >/etc/systemd/system/neco-worker.service.d/test.conf")
                .orFail();

        assertThat(HOST.install(OLD).exitCode()).isZero();

        assertThat(HOST.state()).isEqualTo("install ok installed " + OLD);
    }

    @Test
    void anUpgradeStopsTheOldProcessesAndStartsNewOnes() {
        HOST.setUpWith("/usr/bin/sleep infinity");
        HOST.install(OLD).orFail();
        HOST.awaitBoth();
        String before = HOST.processes();

        HOST.install(NEW).orFail();

        HOST.awaitBoth();
        assertThat(HOST.processes()).isNotEqualTo(before);
        assertThat(host("cat /usr/lib/neco/version").stdout()).isEqualTo(NEW + "\n");
    }

    @Test
    void anUpgradeReloadsTheUnitsOnlyWhenTheyHaveChanged() {
        HOST.install(OLD).orFail();
        String loaded = HOST.unitsLoaded();

        HOST.install(NEW).orFail();

        assertThat(HOST.unitsLoaded()).isEqualTo(loaded);

        host("echo '# of another version' >>/lib/systemd/system/neco-worker.service")
                .orFail();
        HOST.install(OLD).orFail();

        assertThat(HOST.unitsLoaded()).isNotEqualTo(loaded);
        assertThat(host("ls /run/neco-units").exitCode()).isNotZero();
    }

    @Test
    void anUpgradeStartsWhatSystemdHasStartedTooOften() {
        HOST.setUpWith("/usr/bin/sleep infinity", SETTER);
        HOST.install(OLD).orFail();
        // its limit is five starts within ten minutes
        host("for i in 1 2 3 4 5 6; do systemctl restart " + SETTER + "; done; systemctl stop " + SETTER);
        assertThat(host("systemctl start " + SETTER).stdout()
                        + host("systemctl is-active " + SETTER).stdout())
                .contains("failed");

        HOST.install(NEW).orFail();

        Lab.waitUntil(
                "sabakan-state-setter runs",
                DEADLINE,
                () -> host("systemctl is-active " + SETTER).stdout().equals("active\n"));
    }

    @Test
    void workerInstallsTheNextVersionFromInsideAndTheNewWorkerTakesOver() {
        HOST.setUpWith("/usr/bin/sleep infinity");
        host("cat >/usr/local/sbin/self-updating-worker <<'S'\n"
                        + "#!/bin/sh\n"
                        + "[ \"$(cat /usr/lib/neco/version)\" = " + OLD
                        + " ] || { touch /run/second-worker; exec sleep infinity; }\n"
                        + "until [ -e /run/release ]; do sleep 0.1; done\n"
                        + "systemd-run -q --wait dpkg -i " + PackageHost.file(NEW) + "\n"
                        + "S\n"
                        + "chmod +x /usr/local/sbin/self-updating-worker\n"
                        + "sed -i s,^ExecStart=/.*,ExecStart=/usr/local/sbin/self-updating-worker,"
                        + " /etc/systemd/system/neco-worker.service.d/test.conf")
                .orFail();

        HOST.install(OLD).orFail();

        host("touch /run/release").orFail();
        Lab.waitUntil(
                "the second worker runs",
                DEADLINE,
                () -> host("test -e /run/second-worker").succeeded());
        Lab.waitUntil("dpkg is done", DEADLINE, () -> HOST.state().equals("install ok installed " + NEW));
        assertThat(HOST.active()).isEqualTo("active\nactive\n");
        assertThat(host("systemctl list-units --failed --no-legend --plain").stdout())
                .isEmpty();
    }

    @Test
    void theUpdaterStartsWhenTheWorkerHasReported() {
        HOST.setUpWith("/usr/bin/sleep infinity");
        host("sed -i /^ExecStartPre=/d /etc/systemd/system/neco-updater.service.d/test.conf")
                .orFail();

        HOST.install(OLD).orFail();

        Lab.waitUntil(
                "the worker runs",
                DEADLINE,
                () -> host("systemctl is-active neco-worker").succeeded());
        assertThat(host("systemctl is-active neco-updater").stdout()).isEqualTo("activating\n");
        host("touch /run/neco-worker/started").orFail();
        HOST.awaitBoth();
        host("systemctl stop neco-worker").orFail();
        assertThat(host("test -e /run/neco-worker").succeeded()).isFalse();
    }

    @Test
    void aMaskedServiceStaysOff() {
        HOST.setUpWith("/usr/bin/sleep infinity");
        host("systemctl mask neco-updater").orFail();

        HOST.install(OLD).orFail();
        HOST.install(NEW).orFail();

        Lab.waitUntil(
                "the worker runs",
                DEADLINE,
                () -> host("systemctl is-active neco-worker").succeeded());
        assertThat(HOST.active()).isEqualTo("inactive\nactive\n");
    }

    @Test
    void removingStopsAndDisablesAndInstallingAgainEnables() {
        HOST.setUpWith("/usr/bin/sleep infinity");
        HOST.install(OLD).orFail();

        host("dpkg --remove neco").orFail();

        assertThat(HOST.active()).isEqualTo("inactive\ninactive\n");
        assertThat(host("ls /etc/systemd/system/multi-user.target.wants").stdout())
                .doesNotContain("neco-");
        assertThat(host("pgrep -f 'sleep infinit[y]'").succeeded()).isFalse();

        HOST.install(NEW).orFail();

        assertThat(host("systemctl is-enabled " + BOTH).stdout()).isEqualTo("enabled\nenabled\n");
        HOST.awaitBoth();
    }

    @Test
    void purgingLeavesNothingButWhatNecoSetupMade() {
        String before =
                host("find / -xdev \\( -path /proc -o -path /tmp -o -path /var/log -o -path /var/lib/dpkg \\) -prune"
                                + " -o -newer /etc/hostname -name '*neco*' -print | sort")
                        .stdout();
        HOST.install(OLD).orFail();

        host("dpkg --purge neco").orFail();

        assertThat(host("find / -xdev \\( -path /proc -o -path /tmp -o -path /var/log -o -path /var/lib/dpkg \\) -prune"
                                + " -o -newer /etc/hostname -name '*neco*' -print | sort")
                        .stdout())
                .isEqualTo(before);
        assertThat(host("ls /usr/lib/neco /usr/share/neco /usr/share/doc/neco").stdout())
                .isEmpty();
        assertThat(host("dpkg-query -W -f '${Status}' neco").stdout()).isIn("", "unknown ok not-installed");
        assertThat(host("test -e /etc/neco/rack").succeeded()).isTrue();
    }

    @Test
    void programsUseTheArchiveOfClasses() {
        HOST.install(OLD).orFail();

        for (String program : new String[] {"neco", "neco-updater", "neco-worker"}) {
            // with -Xshare:on the JVM ends with an error where it cannot use the archive
            var result = host("/usr/lib/neco/runtime/bin/java @/usr/lib/neco/" + program
                    + ".options -Xshare:on -Xlog:cds=info -version 2>&1");

            assertThat(result.exitCode()).as(result.toString()).isZero();
        }
    }

    @Test
    void programsRunWithoutAWordWhenTheArchiveDoesNotFit() {
        HOST.install(OLD).orFail();
        String healthy = host("neco --version").orFail().stdout();

        for (String damage : new String[] {
            "truncate -s 10000000 /usr/lib/neco/neco.jsa",
            "head -c 1000000 /dev/urandom >/usr/lib/neco/neco.jsa",
            "rm /usr/lib/neco/neco.jsa",
        }) {
            host(damage).orFail();

            var result = host("neco --version");

            assertThat(result.exitCode()).as(damage + "\n" + result).isZero();
            assertThat(result.stdout()).isEqualTo(healthy);
            assertThat(result.stderr()).as(damage).isEmpty();
        }
    }
}
