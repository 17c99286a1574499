package io.neco.cke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {
    @ParameterizedTest
    @CsvSource({
        "18, 18",
        "33.333333, 33.333333",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "100000, 100000",
        "1000000, 1e+06",
        "123456789, 1.23456789e+08",
        "-1.5, -1.5",
        "0, 0",
        "-0.0, -0",
        "1e300, 1e+300"
    })
    void isShownWithTheFewestDigits(double weight, String shown) {
        assertThat(Weights.shown(weight)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10.000000",
        "33.333333, 33.333333",
        "0.0000005, 0.000000",
        "2.5e-6, 0.000003",
        "1e21, 1000000000000000000000.000000",
        "-1, -1.000000",
        "-1e-9, -0.000000"
    })
    void isALabelWithSixDecimals(double weight, String label) {
        assertThat(Weights.label(weight)).isEqualTo(label);
    }

    @ParameterizedTest
    @CsvSource({"18, 18", "+.5, 0.5", "1., 1", "1E3, 1000", "-2, -2", "0x1p4, 16", "1e-400, 0"})
    void isReadAsGoReadsIt(String text, double weight) {
        assertThat(Weights.parse(text)).isEqualTo(weight);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "1,5", " 1", "1 ", "1d", "1f", "0x10", "1_000", "e5", "."})
    void isRefusedWhenItIsNoNumber(String text) {
        assertThatThrownBy(() -> Weights.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("strconv.ParseFloat: parsing \"" + text
                        + "\": invalid syntax; a weight is a number such as 18 or 33.333333");
    }

    @Test
    void isRefusedWhenItIsTooLarge() {
        assertThatThrownBy(() -> Weights.parse("1e400")).hasMessageContaining("value out of range");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Inf", "-inf", "Infinity"})
    void isRefusedWhenItIsNotFinite(String text) {
        assertThatThrownBy(() -> Weights.parse(text)).hasMessageStartingWith("json: unsupported value: " + text);
    }
}
