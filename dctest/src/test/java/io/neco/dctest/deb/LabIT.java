package io.neco.dctest.deb;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code bin/lab} makes on this machine, and takes away again. */
class LabIT {
    private static final Path PROGRAM = Shell.sourceTree().resolve("bin/lab");
    private static final String HOST = "boot-0";

    private final Lab lab = new Lab("necoup", PROGRAM);
    private final Lab other = new Lab("necoup-2", PROGRAM);

    @AfterEach
    void down() {
        lab.down();
        other.down();
    }

    @Test
    void downLeavesNothingOfALabAndTouchesNoOther() {
        down();
        lab.up("--only", HOST);
        other.up("--only", HOST);
        // those without a name of their own have no label either
        List<String> mounted = lines("docker", "inspect", "-f", "{{range .Mounts}}{{println .Name}}{{end}}", name(lab));
        Set<String> ofTheOther = thingsOf(other);
        assertThat(thingsOf(lab))
                .as("what a lab is made of")
                .anyMatch(thing -> thing.startsWith("container"))
                .anyMatch(thing -> thing.startsWith("volume"))
                .anyMatch(thing -> thing.startsWith("network"))
                .anyMatch(thing -> thing.startsWith("directory"));
        assertThat(mounted).hasSizeGreaterThan(1);
        if (Shell.run("iptables", "-w", "10", "-n", "-L", "DOCKER-USER").succeeded()) {
            assertThat(thingsOf(lab)).anyMatch(thing -> thing.startsWith("rule"));
        }

        lab.down();

        assertThat(thingsOf(lab)).isEmpty();
        assertThat(lines("docker", "volume", "ls", "-q")).doesNotContainAnyElementsOf(mounted);
        assertThat(thingsOf(other)).isEqualTo(ofTheOther);
        assertThat(other.exec(HOST, "systemctl", "is-system-running").stdout()).isEqualTo("running\n");
        assertThat(lab.lab("down").orFail().stdout()).contains("lab 'necoup' is not up: nothing to remove");
    }

    private static String name(Lab lab) {
        return lab.name() + "-" + HOST;
    }

    /** Everything on this machine that tells by its label, name or comment that it belongs to a lab; each with its kind before it. */
    private static Set<String> thingsOf(Lab lab) {
        var things = new TreeSet<String>();
        String label = "label=io.neco.lab=" + lab.name();
        lines("docker", "ps", "-aq", "--no-trunc", "--filter", label).forEach(id -> things.add("container " + id));
        lines("docker", "volume", "ls", "-q", "--filter", label).forEach(id -> things.add("volume " + id));
        lines("docker", "network", "ls", "-q", "--no-trunc", "--filter", label)
                .forEach(id -> things.add("network " + id));
        // in case a label was forgotten
        lines("docker", "ps", "-a", "--format", "{{.Names}}").stream()
                .filter(found -> isOf(lab, found))
                .forEach(found -> things.add("container " + found));
        lines("docker", "volume", "ls", "-q").stream()
                .filter(found -> isOf(lab, found))
                .forEach(found -> things.add("volume " + found));
        lines("docker", "network", "ls", "--format", "{{.Name}}").stream()
                .filter(found -> isOf(lab, found))
                .forEach(found -> things.add("network " + found));
        lines("docker", "images", "--format", "{{.Repository}}:{{.Tag}}").stream()
                .filter(found -> found.endsWith(":" + lab.name()))
                .forEach(found -> things.add("image " + found));
        lines("iptables", "-w", "10", "-S").stream()
                .filter(rule -> rule.matches(".*neco-lab:" + lab.name() + "\"? .*"))
                .forEach(rule -> things.add("rule " + rule));
        Path state = Path.of(
                        Optional.ofNullable(System.getenv("NECO_LAB_STATE")).orElse("/var/lib/neco-lab"))
                .resolve(lab.name());
        if (Files.exists(state)) {
            things.add("directory " + state);
        }
        return things;
    }

    /** Whether it is the lab's own name, or that of one of its parts, and not another lab's whose name begins like this one's. */
    private static boolean isOf(Lab lab, String found) {
        return found.matches(lab.name() + "(-(boot-\\d|internet).*)?");
    }

    private static List<String> lines(String... command) {
        return Shell.run(command)
                .orFail()
                .stdout()
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }
}
