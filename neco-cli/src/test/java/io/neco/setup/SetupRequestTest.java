package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetupRequestTest {
    @Test
    void sortsNumbersByValue() {
        SetupRequest request = SetupRequest.of(List.of("10", "2", "0"), false, "", false);

        assertThat(request.lrns()).containsExactly(0, 2, 10);
        assertThat(request.isRootTokenRevoked()).isTrue();
        assertThat(request.proxy()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 1|too few boot servers: 2 given",
                "0 1 x|\"x\" is no logical rack number",
                "0 1 -2|\"-2\" is no logical rack number",
                "0 1 4294967296|logical rack number 4294967296 is out of range",
                "0 1 1|logical rack number 1 is given twice",
                "0 1 01|logical rack number 01 is given twice"
            })
    void refusesListsThatMakeNoCluster(String words, String message) {
        assertThatThrownBy(() -> SetupRequest.of(List.of(words.split(" ")), false, "", false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {":bad", "proxy:3128", "/x", "https://10.0.49.3:3129", "socks5://10.0.49.3", "http:p"})
    void refusesAProxyThatNoClientCanUse(String proxy) {
        assertThatThrownBy(() -> SetupRequest.of(List.of("0", "1", "2"), false, proxy, false))
                .hasMessage(
                        "the proxy \"" + proxy
                                + "\" of --proxy must be an address such as http://10.0.0.1:3128; https and socks5 proxies cannot be used");
    }
}
