package io.neco.dctest.deb;

import io.neco.dctest.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real host of a lab of its own with two versions of the package in {@code /var/tmp}. The daemons are replaced by a process of the test's
 * choice (a drop-in of systemd), so that what is tested are the maintainer scripts alone. As an extension of JUnit, to be registered in a
 * static field, it is booted before all tests of a class and removed after them; every test begins without the package.
 */
final class PackageHost implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    static final String OLD = "2022.05.25-1";
    static final String NEW = "2022.05.26-2";
    static final String BOTH = "neco-updater neco-worker";
    static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String NAME = "boot-0";

    private final Lab lab;
    private final Map<String, Path> packages = new HashMap<>();

    /**
     * A host that is not there yet.
     *
     * @param lab the lab's name; one that a killed run has left is removed
     */
    PackageHost(String lab) {
        this.lab = new Lab(lab, Shell.sourceTree().resolve("bin/lab"));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        lab.down();
        lab.up("--only", NAME);
        for (String version : List.of(OLD, NEW)) {
            Path file = Shell.deb(version, Files.createTempDirectory("package"));
            packages.put(version, file);
            copyIn(file, file(version));
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        clear();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        lab.down();
        for (Path file : packages.values()) {
            Files.delete(file);
            Files.delete(Objects.requireNonNull(file.getParent()));
        }
    }

    /** Where it has a version of the package; the place outlives a power cut. */
    static String file(String version) {
        return "/var/tmp/" + version + ".deb";
    }

    /** Where this machine has a version of the package, while the host is there. */
    Path built(String version) {
        return Objects.requireNonNull(packages.get(version), version);
    }

    /** The name of its container. */
    String container() {
        return lab.name() + "-" + NAME;
    }

    void copyIn(Path file, String target) {
        Shell.run("docker", "cp", file.toString(), container() + ":" + target).orFail();
    }

    /** Runs a line of shell on it. */
    Lab.Result run(String line) {
        return lab.shell(NAME, line);
    }

    /** Pulls the plug, and puts it in again. */
    void cutPower() {
        lab.reboot(NAME);
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

    /** When systemd has loaded its units the last time. */
    String unitsLoaded() {
        return run("systemctl show --property=UnitsLoadTimestampMonotonic").stdout();
    }
}
