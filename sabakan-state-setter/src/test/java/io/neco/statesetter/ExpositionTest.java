package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTest {
    private static final Set<String> HW = Set.of("hw");

    private static MetricFamily hw(String text) {
        return Objects.requireNonNull(Exposition.parse(text, HW).get("hw"));
    }

    @Test
    void readsWhatIsAskedFor() {
        Map<String, MetricFamily> families = Exposition.parse("""
                # HELP hw How it is.
                # TYPE hw gauge
                hw{device="a",b="c"} 0
                hw { device = "d" , } 2 1395066363000
                hw 1.5e3

                other{x="y"} 7
                # a remark
                """, HW);

        assertThat(families).containsOnlyKeys("hw");
        assertThat(families.get("hw"))
                .isEqualTo(new MetricFamily(
                        true,
                        List.of(
                                new MetricFamily.Sample(Map.of("device", "a", "b", "c"), 0),
                                new MetricFamily.Sample(Map.of("device", "d"), 2),
                                new MetricFamily.Sample(Map.of(), 1500))));
    }

    @Test
    void understandsEscapesAndBracesInLabels() {
        assertThat(hw("hw{a=\"x\\\"y\\\\z\\n}\",b=\"\"} +Inf\n").samples())
                .containsExactly(new MetricFamily.Sample(Map.of("a", "x\"y\\z\n}", "b", ""), Double.POSITIVE_INFINITY));
    }

    @Test
    void aFamilyWithoutSamplesIsMissing() {
        assertThat(Exposition.parse("# TYPE hw gauge\n", HW)).isEmpty();
        assertThat(Exposition.parse("", HW)).isEmpty();
    }

    @Test
    void withoutATypeItIsNoGauge() {
        assertThat(hw("hw 0\n").isGauge()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html><body>502 Bad Gateway</body></html>",
                "hw",
                "hw x",
                "hw 1 2 3",
                "hw{a} 1",
                "hw{a=b} 1",
                "hw{a=\"b} 1",
                "hw{a=\"b\" c=\"d\"} 1",
                "hw{a=\"b\"",
                "404 page not found",
                "{\"error\": 1}",
            })
    void refusesWhatIsNoMetric(String line) {
        assertThatThrownBy(() -> Exposition.parse("# TYPE hw gauge\n" + line + "\n", HW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2: \"" + line);
    }
}
