package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsFileTest {

    private static SettingsFile.Read read(String yaml) throws IOException {
        return SettingsFile.parse(yaml, "setter.yml");
    }

    @Test
    void readsTypesChecksAndSchedule() throws IOException {
        SettingsFile.Read read = read("""
                shutdown-schedule: 0 11 * * *
                machine-types:
                - name: qemu
                  grace-period: 1m30s
                  metrics:
                  - name: parts
                  - name: disks
                    selector:
                      labels: { controller: "0" }
                      label-prefix: { device: Disk. }
                    minimum-healthy-count: 2
                - name: boot
                """);

        assertThat(read.warnings()).isEmpty();
        assertThat(read.settings().shutdown()).get().hasToString("0 11 * * *");
        assertThat(read.settings().types())
                .isEqualTo(Map.of(
                        "qemu",
                        new MachineType(
                                "qemu",
                                Duration.ofSeconds(90),
                                List.of(
                                        new MetricCheck("parts", Selector.ALL, OptionalInt.empty()),
                                        new MetricCheck(
                                                "disks",
                                                new Selector(Map.of("controller", "0"), Map.of("device", "Disk.")),
                                                OptionalInt.of(2)))),
                        "boot",
                        new MachineType("boot", Duration.ofHours(1), List.of())));
    }

    @ParameterizedTest
    @CsvSource({"0, 3600000", "0s, 3600000", "~, 3600000", "5000000000, 5000", "5s, 5000", "'\"0\"', 3600000"})
    void takesDurationsAndNanoseconds(String grace, long milliseconds) throws IOException {
        Settings settings =
                read("machine-types: [{name: a, grace-period: " + grace + "}]").settings();

        assertThat(settings.type("a")).get().extracting(MachineType::grace).isEqualTo(Duration.ofMillis(milliseconds));
        assertThat(settings.shutdown()).isEmpty();
    }

    @Test
    void takesJson() throws IOException {
        assertThat(read("{\"machine-types\": [{\"name\": \"a\"}], \"shutdown-schedule\": \"@every 1m\"}")
                        .settings()
                        .type("a"))
                .isPresent();
    }

    @Test
    void ignoresUnknownKeysAndSaysSo() throws IOException {
        SettingsFile.Read read = read("""
                unknown: 1
                machine-types:
                - name: a
                  grace: 1s
                  metrics: [{name: m, selector: {label: {}}, minimum-healthy-counts: 1}]
                """);

        assertThat(read.settings().type("a")).isPresent();
        assertThat(read.warnings())
                .containsExactly(
                        "setter.yml: unknown key unknown is ignored (known: machine-types, shutdown-schedule)",
                        "setter.yml: unknown key machine-types[0].grace is ignored (known: grace-period, metrics, name)",
                        "setter.yml: unknown key machine-types[0].metrics[0].minimum-healthy-counts is ignored (known:"
                                + " minimum-healthy-count, name, selector)",
                        "setter.yml: unknown key machine-types[0].metrics[0].selector.label is ignored (known:"
                                + " label-prefix, labels)");
    }

    @Test
    void anchorsAliasesAndMergeKeysStandForWhatTheyReferTo() throws IOException {
        SettingsFile.Read read = read("""
                base: &base {grace-period: 1s, metrics: &m [{name: hw_status}]}
                machine-types:
                - {<<: *base, name: a}
                - {name: b, metrics: *m}
                """);

        MachineType a = read.settings().type("a").orElseThrow();
        assertThat(a.grace()).isEqualTo(Duration.ofSeconds(1));
        assertThat(a.checks()).extracting(MetricCheck::name).containsExactly("hw_status");
        assertThat(read.settings().type("b").orElseThrow().checks()).isEqualTo(a.checks());
        assertThat(read.warnings()).singleElement().asString().contains("unknown key base is ignored");
    }

    @Test
    void takesTheLastOfTwoTypesOfOneNameAndSaysSo() throws IOException {
        SettingsFile.Read read = read("machine-types: [{name: a, grace-period: 1s}, {name: a, grace-period: 2s}]");

        assertThat(read.settings().type("a"))
                .get()
                .extracting(MachineType::grace)
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(read.warnings()).singleElement().asString().contains("machine type a is there twice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                           | machine-types are not defined",
                "machine-types: []                            | machine-types are not defined",
                "shutdown-schedule: '@daily'                  | machine-types are not defined",
                "[a]                                          | must be a mapping of keys to values",
                "'a: [b'                                      | is not valid YAML",
                "machine-types: x                             | value \"x\" of machine-types is not allowed; it must be a list",
                "machine-types: [x]                           | value \"x\" of machine-types[0] is not allowed",
                "machine-types: [{grace-period: 1s}]          | machine-types[0] has no name",
                "machine-types: [{name: a, grace-period: x}]  | value \"x\" of machine-types[0].grace-period is not allowed; it must be a duration such as 90s, 1h30m, or nanoseconds as a number (time: invalid duration \"x\")",
                "machine-types: [{name: a, grace-period: [1]}]| of machine-types[0].grace-period is not allowed",
                "machine-types: [{name: a, grace-period: -1s}]| it must be a duration of 0 or more",
                "machine-types: [{name: a, metrics: {}}]      | of machine-types[0].metrics is not allowed; it must be a list",
                "machine-types: [{name: a, metrics: [{}]}]    | machine-types[0].metrics[0] has no name",
                "machine-types: [{name: a, metrics: [{name: m, minimum-healthy-count: x}]}] | minimum-healthy-count is not allowed; it must be a whole number of 0 or more",
                "machine-types: [{name: a, metrics: [{name: m, selector: {labels: {a: 0}}}]}] | selector.labels.a is not allowed; it must be a text; put it in quotes",
                "'{shutdown-schedule: bad, machine-types: [{name: a}]}' | value \"bad\" of shutdown-schedule is not allowed; it must be five fields of cron such as \"0 11 * * *\", or @every 1h, @daily, @hourly, … (expected exactly 5 fields, found 1: [bad])",
            })
    void namesFileKeyAndValueOfWhatIsWrong(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("setter.yml")
                .hasMessageContaining(message);
    }

    @Test
    void saysWhenThereIsNoFile() {
        assertThatThrownBy(() -> SettingsFile.load(Path.of("")))
                .hasMessage("no configuration file was given: use the flag -config-file");
        assertThatThrownBy(() -> SettingsFile.load(Path.of("/nowhere/setter.yml")))
                .hasMessageStartingWith("cannot read /nowhere/setter.yml (flag -config-file): ");
    }

    @Test
    void theShippedFileIsReadWithoutWarnings() throws IOException {
        SettingsFile.Read read = SettingsFile.load(Path.of("../etc/sabakan-state-setter.yml"));

        assertThat(read.warnings()).isEmpty();
        assertThat(read.settings().shutdown()).get().hasToString("0 11 * * *");
        assertThat(read.settings().types())
                .containsOnlyKeys(
                        "qemu",
                        "r640-boot-1",
                        "r640-boot-2",
                        "r6525-boot-1",
                        "r640-cs-1",
                        "r640-cs-2",
                        "r6525-cs-1",
                        "r740xd-ss-2",
                        "r7525-ss-1");
        assertThat(read.settings().type("qemu"))
                .get()
                .extracting(MachineType::grace)
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(read.settings().type("r7525-ss-1").orElseThrow().checks()).hasSize(5);
    }
}
