package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigValueTest {
    @ParameterizedTest
    @ValueSource(strings = {"test", "staging", "prod"})
    void acceptsTheThreeEnvironments(String value) {
        assertThat(ConfigSetting.ENV.toStored(value)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "dev", "", "Prod"})
    void refusesOtherEnvironments(String value) {
        assertThatThrownBy(() -> ConfigSetting.ENV.toStored(value)).hasMessageStartingWith("invalid environment");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.49.3:3128",
                "https://hooks.slack.com/services/a/b?c=d#e",
                "http://user:pw@h/%20",
                "http://[fd00::1]:80/",
                "foo:bar",
                "http://h:/"
            })
    void storesUrlsAsTheyAre(String value) {
        assertThat(ConfigSetting.NODE_PROXY.toStored(value)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                ":bad|parse \":bad\": missing protocol scheme",
                "http://h:port/|parse \"http://h:port/\": invalid port \":port\" after host",
                "http://a b/|parse \"http://a b/\": invalid character \" \" in host name",
                "http://h/%zz|parse \"http://h/%zz\": invalid URL escape \"%zz\"",
                "http://[fd00::1/|parse \"http://[fd00::1/\": missing ']' in host",
                "1http://x:y|parse \"1http://x:y\": first path segment in URL cannot contain colon",
                "foo|invalid URL",
                "/a|invalid URL",
                "//h/p|invalid URL"
            })
    void refusesWhatIsNoAbsoluteUrl(String value, String message) {
        assertThatThrownBy(() -> ConfigSetting.SLACK.toStored(value)).hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.49.3:3128", "http://me:secret@proxy", "http://[fd00::1]:80/"})
    void storesAProxyThatTheClientsCanUse(String value) {
        assertThat(ConfigSetting.PROXY.toStored(value)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://me:secret@p:3129", "socks5://p", "http:p", "http://", "p:3128", ""})
    void refusesAProxyThatNoClientCanUse(String value) {
        assertThatThrownBy(() -> ConfigSetting.PROXY.toStored(value))
                .hasMessageContaining(
                        "must be an address such as http://10.0.0.1:3128; https and socks5 proxies cannot be used")
                .hasMessageContaining(value.replace("me:secret", "…"))
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ghp_t0ken", " ghp_t0ken\r\n", "ghp_t0ken\n"})
    void storesATokenWithoutWhatIsBlankAroundIt(String value) {
        assertThat(ConfigSetting.GITHUB_TOKEN.toStored(value)).isEqualTo("ghp_t0ken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ghp_t0ken\nnext", "ghp t0ken", "t0ken\u0007x", "t0kén"})
    void refusesATokenThatNoHeaderCanHoldWithoutShowingIt(String value) {
        assertThatThrownBy(() -> ConfigSetting.GITHUB_TOKEN.toStored(value))
                .hasMessageContaining("the GitHub token of `neco config set github-token`")
                .hasMessageNotContaining("t0k");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://h/x", "https:x", "http://"})
    void refusesAWebhookThatCannotBePostedTo(String value) {
        assertThatThrownBy(() -> ConfigSetting.SLACK.toStored(value))
                .hasMessage("invalid webhook: \"" + value + "\" is not an http or https address");
    }

    @Test
    void storesAWebhookAsItIs() {
        String webhook = "https://hooks.slack.com/services/a/b?c=d#e";
        assertThat(ConfigSetting.SLACK.toStored(webhook)).isEqualTo(webhook);
    }

    @Test
    void refusesAnEmptyUrl() {
        assertThatThrownBy(() -> ConfigSetting.NODE_PROXY.toStored("")).hasMessageStartingWith("invalid URL");
    }

    @ParameterizedTest
    @CsvSource({"300ms,300000000", "1.5h,5400000000000", "2h45m,9900000000000", ".5s,500000000", "1m,60000000000"})
    void storesDurationsAsNanoseconds(String value, String stored) {
        assertThat(ConfigSetting.WORKER_TIMEOUT.toStored(value)).isEqualTo(stored);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "1|time: missing unit in duration \"1\"",
                "1d|time: unknown unit \"d\" in duration \"1d\"",
                "abc|time: invalid duration \"abc\"",
                "0|duration \"0\" is not positive",
                "-1m|duration \"-1m\" is not positive"
            })
    void refusesWhatIsNoPositiveDuration(String value, String message) {
        assertThatThrownBy(() -> ConfigSetting.CHECK_UPDATE_INTERVAL.toStored(value))
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"60000000000,1m0s", "3600000000000,1h0m0s", "1500000000,1.5s", "0,0s"})
    void showsStoredNanosecondsAsDurations(String stored, String shown) {
        assertThat(ConfigSetting.CHECK_UPDATE_INTERVAL.toShown(stored)).isEqualTo(shown);
    }

    @Test
    void namesKeyValueAndCureWhenWhatIsStoredIsNoNumber() {
        assertThatThrownBy(() -> ConfigSetting.WORKER_TIMEOUT.toShown("soon"))
                .hasMessageContaining("config/worker-timeout")
                .hasMessageContaining("`soon`")
                .hasMessageContaining("neco config set worker-timeout 1h0m0s");
    }

    @ParameterizedTest
    @CsvSource({
        "172.19.0.16/28,172.19.0.16/28",
        "172.19.0.17/28,172.19.0.16/28",
        "10.1.2.3/0,0.0.0.0/0",
        "255.255.255.255/32,255.255.255.255/32"
    })
    void storesNetworksWithoutHostBits(String value, String stored) {
        assertThat(ConfigSetting.LB_ADDRESS_BLOCK_DEFAULT.toStored(value)).isEqualTo(stored);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0,invalid CIDR address: 10.0.0.0",
        "10.0.0.0/33,invalid CIDR address: 10.0.0.0/33",
        "10.0.0/8,invalid CIDR address: 10.0.0/8",
        "10.0.0.01/8,invalid CIDR address: 10.0.0.01/8",
        "10.0.0.256/8,invalid CIDR address: 10.0.0.256/8",
        "x::/8,invalid CIDR address: x::/8",
        "fd00::/129,invalid CIDR address: fd00::/129",
        "fd00::/64,not IPv4 addr: fd00::/64",
        "::ffff:10.0.0.1/112,not IPv4 addr: ::ffff:10.0.0.1/112"
    })
    void refusesWhatIsNoIpv4Network(String value, String message) {
        assertThatThrownBy(() -> ConfigSetting.EXTERNAL_IP_ADDRESS_BLOCK.toStored(value))
                .hasMessage(message);
    }
}
