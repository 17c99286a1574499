package io.neco.contents;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.contents.IgnitionSourceTree.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Units of netbooted nodes: they parse, name units and programs that are there, and wait for each other without a circle. */
class NodeUnitsTest {
    private static final Pattern OWN_PROGRAM = Pattern.compile("/opt/s?bin/[A-Za-z0-9_-]+");
    private static final Pattern SECTION = Pattern.compile("\\[(Unit|Service|Timer|Install)]");
    private static final Pattern SETTING = Pattern.compile("[A-Z][A-Za-z0-9]*=.*");

    /** Units of the operating system that ours name. */
    private static final List<String> OF_THE_SYSTEM = List.of(
            "basic.target",
            "containerd.service",
            "docker.socket",
            "local-fs.target",
            "lvm2-lvmetad.service",
            "lvm2-monitor.service",
            "network-online.target",
            "rngd.service",
            "systemd-networkd.service",
            "systemd-pstore.service",
            "systemd-udevd-control.socket",
            "systemd-udevd-kernel.socket",
            "systemd-udevd.service",
            "time-sync.target",
            "torcx.target",
            "var-lib-docker.mount",
            "var-lib-k8s\\x2dcontainerd.mount",
            "var-lib-kubelet.mount");

    /** What nodes download into /opt, from sabakan. */
    private static final List<String> DOWNLOADED =
            List.of("/opt/sbin/sabakan-cryptsetup", "/opt/sbin/containerd", "/opt/sbin/node_exporter", "/opt/bin/ctr");

    private static List<Unit> unitsOf(String role) {
        return IgnitionSourceTree.ofRole(role).stream()
                .flatMap(tree -> tree.units().stream())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "cs", "ss"})
    void everyUnitParses(String role) {
        assertThat(unitsOf(role)).allSatisfy(unit -> {
            var sections = new ArrayList<String>();
            for (String line : unit.text().replaceAll("\\\\\n\\s*", "").split("\n", -1)) {
                if (line.startsWith("[")) {
                    assertThat(SECTION.matcher(line).matches())
                            .as(unit.name() + ": " + line)
                            .isTrue();
                    sections.add(line);
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    assertThat(SETTING.matcher(line).matches())
                            .as(unit.name() + ": " + line)
                            .isTrue();
                    assertThat(sections).as(unit.name() + ": " + line).isNotEmpty();
                }
            }
            assertThat(sections)
                    .as(unit.name())
                    .doesNotHaveDuplicates()
                    .contains("[Unit]", unit.name().endsWith(".timer") ? "[Timer]" : "[Service]");
            assertThat(unit.values("Unit", "Description")).as(unit.name()).hasSize(1);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "cs", "ss"})
    void enabledUnitsSayWhoWantsThemAndTheOthersAreStartedByOne(String role) {
        List<Unit> units = unitsOf(role);
        var started = new TreeSet<String>();
        units.forEach(unit -> {
            started.addAll(unit.names("Wants", "Requires"));
            if (unit.name().endsWith(".timer")) {
                started.add(unit.name().replace(".timer", ".service"));
            }
        });

        assertThat(units).allSatisfy(unit -> {
            assertThat(unit.hasSection("Install")).as(unit.name()).isEqualTo(unit.enabled());
            if (unit.enabled()) {
                assertThat(unit.values("Install", "WantedBy")).as(unit.name()).hasSize(1);
            } else {
                assertThat(started).as(unit.name()).contains(unit.name());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "cs", "ss"})
    void unitsNameUnitsThatAreThere(String role) {
        var known = new TreeSet<>(OF_THE_SYSTEM);
        IgnitionSourceTree.ofRole(role).forEach(tree -> {
            tree.units().forEach(unit -> known.add(unit.name()));
            known.addAll(tree.masked());
        });

        assertThat(unitsOf(role))
                .allSatisfy(unit -> assertThat(known)
                        .as(unit.name())
                        .containsAll(unit.names(
                                "Wants",
                                "Requires",
                                "After",
                                "Before",
                                "Conflicts",
                                "PartOf",
                                "Requisite",
                                "BindsTo")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "cs", "ss"})
    void programsOfOursAreThere(String role) {
        var there = new TreeSet<>(DOWNLOADED);
        IgnitionSourceTree.ofRole(role).forEach(tree -> there.addAll(tree.files()));

        assertThat(unitsOf(role))
                .allSatisfy(unit -> OWN_PROGRAM
                        .matcher(unit.text())
                        .results()
                        .forEach(program -> assertThat(there).as(unit.name()).contains(program.group())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "cs", "ss"})
    void servicesSayWhatToRun(String role) {
        assertThat(unitsOf(role))
                .filteredOn(unit -> unit.name().endsWith(".service"))
                .allSatisfy(unit -> assertThat(unit.values("Service", "ExecStart"))
                        .as(unit.name())
                        .isNotEmpty()
                        .allMatch(command -> command.startsWith("/")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "cs", "ss"})
    void unitsWaitForEachOtherWithoutACircle(String role) {
        Map<String, TreeSet<String>> after = new TreeMap<>();
        unitsOf(role).forEach(unit -> {
            after.computeIfAbsent(unit.name(), name -> new TreeSet<>()).addAll(unit.names("After"));
            unit.names("Before")
                    .forEach(other -> after.computeIfAbsent(other, name -> new TreeSet<>())
                            .add(unit.name()));
        });
        var done = new TreeSet<String>();
        boolean goesOn = true;
        while (goesOn) {
            var ready = after.entrySet().stream()
                    .filter(entry -> !done.contains(entry.getKey()))
                    .filter(entry ->
                            entry.getValue().stream().allMatch(name -> done.contains(name) || !after.containsKey(name)))
                    .map(Map.Entry::getKey)
                    .toList();
            done.addAll(ready);
            goesOn = !ready.isEmpty();
        }

        assertThat(done).as("units that can start").containsExactlyElementsOf(after.keySet());
    }

    @Test
    void aNodeIsAMemberOfSerfOnlyWhenItHasItsImages() {
        List<Unit> units = unitsOf("cs");
        Unit serf = units.stream()
                .filter(unit -> unit.name().equals("serf.service"))
                .findFirst()
                .orElseThrow();

        assertThat(serf.names("After"))
                .containsAll(units.stream()
                        .map(Unit::name)
                        .filter(name -> name.contains("-image"))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.service", "k8s-containerd.service"})
    void imagesComeThroughTheProxyOfTheDataCentreOrOfTheNode(String name) {
        Unit unit = unitsOf("boot").stream()
                .filter(u -> u.name().equals(name))
                .findFirst()
                .orElseThrow();

        for (String variable : List.of("HTTP_PROXY", "HTTPS_PROXY")) {
            assertThat(unit.values("Service", "Environment"))
                    .contains("\"" + variable
                            + "={{ if eq (Metadata \"proxy_url\") \"\" }}http://{{ index .Spec.IPv4 0 }}:30128"
                            + "{{ else }}{{ Metadata \"proxy_url\" }}{{ end }}\"");
        }
    }

    @Test
    void masksWhatWouldGetInTheWay() {
        assertThat(IgnitionSourceTree.ofRole("boot").get(0).masked())
                .containsExactlyInAnyOrder(
                        "update-engine.service",
                        "update-engine-stub.timer",
                        "locksmithd.service",
                        "ntpd.service",
                        "systemd-timesyncd.service",
                        "systemd-resolved.service",
                        "tcsd.service");
    }
}
