package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.sabakan.MachineState;
import io.neco.statesetter.serf.SerfMember;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decision table, row by row. */
class HealthTest {
    private static final MetricCheck PARTS = new MetricCheck("parts", Selector.ALL, OptionalInt.empty());
    private static final MetricCheck DISKS = new MetricCheck(
            "disks", new Selector(Map.of("controller", "PCIe"), Map.of("device", "Disk.")), OptionalInt.of(2));

    private static SerfMember member(String status, @Nullable String failedUnits) {
        Map<String, String> tags = new HashMap<>(Map.of("os-name", "Flatcar"));
        if (failedUnits != null) {
            tags.put(Health.FAILED_UNITS, failedUnits);
        }
        return new SerfMember("rack0-cs1", "10.69.0.4", status, tags);
    }

    private static MachineType type(MetricCheck... checks) {
        return new MachineType("r640-cs-1", Duration.ofHours(1), List.of(checks));
    }

    private static Judgement judge(SerfMember member, MachineType type, String exported) {
        return Health.withoutMetrics(Optional.of(member), Optional.of(type))
                .orElseGet(() -> Health.withMetrics(
                        member,
                        type,
                        Optional.of(Exposition.parse(
                                exported,
                                type.checks().stream().map(MetricCheck::name).collect(Collectors.toSet())))));
    }

    private static Verdict verdict(String exported, MetricCheck... checks) {
        return judge(member("alive", ""), type(checks), exported).verdict();
    }

    @ParameterizedTest
    @EnumSource
    void decidesAboutMachinesThatAreInUse(MachineState state) {
        boolean isInUse = switch (state) {
            case UNINITIALIZED, HEALTHY, UNHEALTHY, UNREACHABLE -> true;
            case UPDATING, RETIRING, RETIRED -> false;
        };

        assertThat(Health.isChecked(state)).isEqualTo(isInUse);
    }

    @Test
    void aMachineSerfDoesNotKnowIsUnreachable() {
        assertThat(Health.withoutMetrics(Optional.empty(), Optional.of(type(PARTS))))
                .get()
                .extracting(Judgement::verdict, Judgement::reason)
                .containsExactly(Verdict.UNREACHABLE, "unreachable; serf status is nil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "left", "leaving", "none", ""})
    void aMachineThatIsNotAliveIsUnreachableWhateverElseIsSo(String status) {
        assertThat(Health.withoutMetrics(Optional.of(member(status, "a.service")), Optional.empty()))
                .contains(Judgement.of(Verdict.UNREACHABLE, "unreachable; serf status != alive")
                        .with("status", status));
    }

    @Test
    void aMachineWithFailedUnitsIsUnhealthyEvenIfItsTypeIsUnknown() {
        assertThat(Health.withoutMetrics(Optional.of(member("alive", "a.service,b.service")), Optional.empty()))
                .contains(Judgement.of(Verdict.UNHEALTHY, "unhealthy; some systemd units failed")
                        .with("failed", "a.service,b.service"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "")
    void aMachineOfUnknownTypeIsUnhealthyStartingOrNot(@Nullable String failedUnits) {
        assertThat(Health.withoutMetrics(Optional.of(member("alive", failedUnits)), Optional.empty()))
                .contains(Judgement.of(Verdict.UNHEALTHY, "unhealthy; machine type is nil"));
    }

    @Test
    void aMachineWithoutChecksIsHealthy() {
        assertThat(judge(member("alive", ""), type(), "").verdict()).isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void aMachineThatHasNotToldOfItsUnitsIsLeftAlone() {
        assertThat(judge(member("alive", null), type(), "").verdict()).isEqualTo(Verdict.UNCHANGED);
        assertThat(judge(member("alive", null), type(PARTS), "# TYPE parts gauge\nparts 0\n")
                        .verdict())
                .isEqualTo(Verdict.UNCHANGED);
    }

    @Test
    void badMetricsCountEvenWhileAMachineIsStarting() {
        assertThat(judge(member("alive", null), type(PARTS), "# TYPE parts gauge\nparts 1\n")
                        .verdict())
                .isEqualTo(Verdict.UNHEALTHY);
    }

    @Test
    void aMachineWhoseMetricsCannotBeFetchedIsUnhealthy() {
        assertThat(Health.withMetrics(member("alive", ""), type(PARTS), Optional.empty()))
                .isEqualTo(Judgement.of(Verdict.UNHEALTHY, "unhealthy; metrics could not be fetched"));
    }

    @Test
    void aMissingMetricMakesAMachineUnhealthy() {
        assertThat(judge(member("alive", ""), type(PARTS), "other 0\n"))
                .isEqualTo(Judgement.of(Verdict.UNHEALTHY, "unhealthy; metric is not found")
                        .with("name", "parts"));
    }

    @ParameterizedTest
    @CsvSource({"0,HEALTHY", "-0,HEALTHY", "0.0,HEALTHY", "1,UNHEALTHY", "2,UNHEALTHY", "-1,UNHEALTHY", "NaN,UNHEALTHY"
    })
    void onlyAGaugeOfZeroIsHealthy(String value, Verdict verdict) {
        assertThat(verdict("# TYPE parts gauge\nparts " + value + "\n", PARTS)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "parts 0\n",
                "# TYPE parts counter\nparts 0\n",
                "# TYPE parts untyped\nparts 0\n",
                "# TYPE parts summary\nparts_sum 0\nparts_count 0\n",
                "# TYPE parts histogram\nparts_bucket{le=\"+Inf\"} 0\nparts_sum 0\nparts_count 0\n"
            })
    void whatIsNoGaugeIsNotHealthy(String exported) {
        assertThat(verdict(exported, PARTS)).isEqualTo(Verdict.UNHEALTHY);
    }

    @Test
    void oneBadSampleIsEnoughUnlessANumberIsGiven() {
        String exported = "# TYPE parts gauge\nparts{n=\"1\"} 0\nparts{n=\"2\"} 1\n";

        assertThat(verdict(exported, PARTS)).isEqualTo(Verdict.UNHEALTHY);
        assertThat(verdict(exported, new MetricCheck("parts", Selector.ALL, OptionalInt.of(1))))
                .isEqualTo(Verdict.HEALTHY);
        assertThat(verdict(exported, new MetricCheck("parts", Selector.ALL, OptionalInt.of(2))))
                .isEqualTo(Verdict.UNHEALTHY);
        assertThat(verdict(
                        exported,
                        new MetricCheck("parts", new Selector(Map.of("n", "1"), Map.of()), OptionalInt.empty())))
                .isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void onlySelectedSamplesAreCounted() {
        String exported = """
                # TYPE disks gauge
                disks{controller="PCIe",device="Disk.1"} 0
                disks{controller="PCIe",device="Disk.2"} 0
                disks{controller="PCIe",device="Disk.3"} 2
                disks{controller="PCIe",device="Tape.1"} 0
                disks{controller="SATA",device="Disk.1"} 0
                """;

        assertThat(verdict(exported, DISKS)).isEqualTo(Verdict.HEALTHY);
        assertThat(judge(
                                member("alive", ""),
                                type(new MetricCheck("disks", DISKS.selector(), OptionalInt.of(3))),
                                exported)
                        .details())
                .containsEntry("num_metrics", 3)
                .containsEntry("healthy_count", 2)
                .containsEntry("minimum_healthy_count", 3)
                .containsEntry("values", "{controller=PCIe, device=Disk.3} 2.0");
    }

    static Stream<Arguments> unselected() {
        return Stream.of(
                Arguments.of("disks{controller=\"SATA\",device=\"Disk.1\"} 0"),
                Arguments.of("disks{controller=\"PCIe\",device=\"Tape.1\"} 0"),
                Arguments.of("disks{controller=\"PCIe\"} 0"),
                Arguments.of("disks 0"));
    }

    @ParameterizedTest
    @MethodSource("unselected")
    void aSelectorThatNothingMatchesMakesAMachineUnhealthyWhateverTheNumber(String sample) {
        MetricCheck none = new MetricCheck("disks", DISKS.selector(), OptionalInt.of(0));

        assertThat(verdict("# TYPE disks gauge\n" + sample + "\n", none)).isEqualTo(Verdict.UNHEALTHY);
    }

    @Test
    void allMetricsMustBeAllRight() {
        String parts = "# TYPE parts gauge\nparts 0\n";
        String disks = "# TYPE disks gauge\ndisks{controller=\"PCIe\",device=\"Disk.1\"} 0\n";

        assertThat(verdict(parts + disks, PARTS, DISKS)).isEqualTo(Verdict.UNHEALTHY);
        assertThat(verdict(
                        parts + disks + disks.replace("Disk.1", "Disk.2").substring(disks.indexOf('\n') + 1),
                        PARTS,
                        DISKS))
                .isEqualTo(Verdict.HEALTHY);
    }
}
