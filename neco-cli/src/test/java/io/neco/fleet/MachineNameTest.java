package io.neco.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineNameTest {
    @ParameterizedTest
    @CsvSource({
        "10.69.0.4, ipv4",
        "fd00::4, ipv6",
        "::ffff:10.0.0.1, ipv4",
        "010.0.0.1, serial",
        "10.0.0, serial",
        "256.0.0.1, serial",
        "ABC123, serial",
        "1:2:3, serial",
        "face, serial"
    })
    void tellsAddressesFromSerialNumbers(String text, String condition) {
        assertThat(MachineName.of(text)).isEqualTo(new MachineName(condition, text));
    }
}
