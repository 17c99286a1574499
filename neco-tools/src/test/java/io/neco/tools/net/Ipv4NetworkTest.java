package io.neco.tools.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4NetworkTest {
    @Test
    void carriesIntoHigherBytes() {
        assertThat(Ipv4.parse("10.69.0.255").plus(1)).hasToString("10.69.1.0");
        assertThat(Ipv4.parse("255.255.255.255").asHost()).isEqualTo("255.255.255.255/32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ipv4.parse("255.255.255.255").plus(1));
    }

    @Test
    void knowsItsAddresses() {
        Ipv4Network network = Ipv4Network.parse("172.16.4.64/29");

        assertThat(network.interfaceAt(3)).isEqualTo("172.16.4.67/29");
        assertThat(network.last()).hasToString("172.16.4.71");
        assertThat(network.contains(Ipv4.parse("172.16.4.71"))).isTrue();
        assertThat(network.contains(Ipv4.parse("172.16.4.72"))).isFalse();
        assertThat(Ipv4Network.parse("0.0.0.0/0").size()).isEqualTo(1L << 32);
        assertThatIllegalArgumentException().isThrownBy(() -> network.at(8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0/24",
                "10.0.0.256/24",
                "a/24",
                "10.0.0.1/24",
                "::/0"
            })
    void refusesWhatIsNoNetwork(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ipv4Network.parse(text));
    }
}
