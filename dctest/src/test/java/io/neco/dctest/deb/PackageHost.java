package io.neco.dctest.deb;

import io.neco.dctest.Lab;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A real host of a lab of its own with two versions of the package in {@code /var/tmp}. The daemons are replaced by a process of the test's
 * choice (a drop-in of systemd), so that what is tested are the maintainer scripts alone.
 */
final class PackageHost {
    static final String OLD = "2022.05.25-1";
    static final String NEW = "2022.05.26-2";
    static final String BOTH = "neco-updater neco-worker";
    static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String HOST = "boot-0";

    private final Lab lab;

    private PackageHost(Lab lab) {
        this.lab = lab;
    }

    /**
     * Boots a new one.
     *
     * @param lab the lab's name; one that a killed run has left is removed
     * @param directory where the packages are built
     */
    static PackageHost boot(String lab, Path directory) {
        PackageHost host = new PackageHost(new Lab(lab, Shell.sourceTree().resolve("bin/lab")));
        host.lab.down();
        host.lab.up("--only", HOST);
        for (String version : new String[] {OLD, NEW}) {
            host.copyIn(Shell.deb(version, directory), file(version));
        }
        return host;
    }

    /** Where it has a version of the package; the place outlives a power cut. */
    static String file(String version) {
        return "/var/tmp/" + version + ".deb";
    }

    void remove() {
        lab.down();
    }

    /** The name of its container. */
    String container() {
        return lab.name() + "-" + HOST;
    }

    void copyIn(Path file, String target) {
        Shell.run("docker", "cp", file.toString(), container() + ":" + target).orFail();
    }

    /** Runs a line of shell on it. */
    Lab.Result run(String line) {
        return lab.shell(HOST, line);
    }

    /** Pulls the plug, and puts it in again. */
    void cutPower() {
        lab.reboot(HOST);
    }

    /** Removes the package with all that tests have made for it. */
    void clear() {
        run("dpkg --purge neco >/dev/null 2>&1; systemctl unmask " + BOTH + " 2>/dev/null;"
                + " rm -rf /etc/neco/config.yml /etc/systemd/system/{neco-*,sabakan-state-setter}.service.d /run/second-worker /run/release"
                + " /var/lib/neco/packages; systemctl daemon-reload; systemctl start docker");
    }

    Lab.Result install(String version) {
        return run("dpkg -i " + file(version));
    }

    /** What dpkg knows of the package. */
    String state() {
        return run("dpkg-query -W -f '${Status} ${Version}' neco").stdout();
    }

    /** Whether the two daemons of every boot server run, a line each. */
    String active() {
        return run("systemctl is-active " + BOTH).stdout();
    }

    void awaitBoth() {
        Lab.waitUntil("both services run", DEADLINE, () -> active().equals("active\nactive\n"));
    }

    /** The processes of the two daemons, a line each. */
    String processes() {
        return run("systemctl show --property=MainPID --value " + BOTH + " | grep .")
                .stdout();
    }

    void setUpWith(String command) {
        setUpWith(command, BOTH);
    }

    /** Makes it look like a boot server that is set up, with another command for each of these services. */
    void setUpWith(String command, String services) {
        run("touch /etc/neco/config.yml; for s in " + services + "; do mkdir -p /etc/systemd/system/$s.service.d;"
                        + " printf '[Service]\\nExecStartPre=\\nExecStart=\\nExecStart=" + command + "\\n'"
                        + " >/etc/systemd/system/$s.service.d/test.conf; done; systemctl daemon-reload")
                .orFail();
    }
}
