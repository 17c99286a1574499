package io.neco.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProxyTest {
    @Test
    void aPortThatNoConnectionCanHaveIsRefused() {
        assertThatThrownBy(() -> HttpClients.requireProxy("http://10.0.0.1:312800", "config/proxy"))
                .hasMessageContaining("http://10.0.0.1:312800")
                .hasMessageContaining("config/proxy");
        assertThatCode(() -> HttpClients.requireProxy("http://10.0.0.1:65535", "config/proxy"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://api.github.com/ | '' | true",
                "http://localhost:80/ | '' | false",
                "http://127.0.0.1/ | '' | false",
                "http://[::1]/ | '' | false",
                "https://api.github.com/ | * | false",
                "https://api.github.com/ | github.com | false",
                "https://github.com/ | .github.com | true",
                "https://api.github.com/ | .github.com | false",
                "https://notgithub.com/ | github.com | true",
                "https://api.github.com/ | github.com:443 | false",
                "https://api.github.com/ | github.com:80 | true",
                "https://10.69.0.3/ | 10.69.0.0/16 | false",
                "https://10.70.0.3/ | 10.69.0.0/16 | true",
                "https://10.69.0.3/ | 'x, 10.69.0.3' | false",
                "https://10.69.0.3/ | '10.0.0.256, 10.69.0.3' | false",
                "https://10.69.0.3/ | '10.0.0.256/8, ::::, 1:2, 010.69.0.3' | true",
                "https://10.69.0.3/ | 10.69.0.3:443 | false",
                "https://10.69.0.3/ | 10.69.0.3:80 | true",
                "https://[fd00::3]/ | fd00:0::3 | false",
                "https://[fd00::3]/ | fd00::/16 | false",
                "https://[fd00::3]/ | [fd00::3]:443 | false",
                "https://[fd00::3]/ | [fd00::3]:80 | true",
            })
    void sendsRequestsToTheProxyUnlessTheyAreExempt(String uri, String noProxy, boolean isProxied) {
        EnvironmentProxy proxy = new EnvironmentProxy(
                Map.of("HTTPS_PROXY", "http://10.0.0.1:3128", "http_proxy", "10.0.0.1", "NO_PROXY", noProxy));

        assertThat(proxy.select(URI.create(uri)).get(0).type())
                .isEqualTo(isProxied ? Proxy.Type.HTTP : Proxy.Type.DIRECT);
    }

    @Test
    void goesDirectlyWithoutVariables() {
        assertThat(new EnvironmentProxy(Map.of()).select(URI.create("https://api.github.com/")))
                .containsExactly(Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:3128", "proxy", "https://10.0.0.1:3128", "socks5://10.0.0.1", "http://", ""})
    void namesTheWrongProxyAndWhereItCameFrom(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxySetting.parse(address, "config/proxy"))
                .withMessageContaining("\"" + address + "\" of config/proxy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://me:secret@10.0.0.1",
                "http://me:p@secret@10.0.0.1",
                "http://me:p/secret@10.0.0.1",
                "http:me:secret@10.0.0.1",
                "me:secret@10.0.0.1",
            })
    void keepsThePasswordOutOfMessages(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxySetting.parse(address, "config/proxy"))
                .withMessageContaining("…@10.0.0.1\"")
                .withMessageNotContaining("secret");
    }

    @Test
    void portEightyIsMeantWithoutAPort() {
        assertThat(ProxySetting.parse("http://me:secret@10.0.0.1", "x").port()).isEqualTo(80);
    }
}
