package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootServerTest {
    private final BootServer servers = new BootServer(Site.defaults());

    @ParameterizedTest
    @CsvSource({
        "0, 10.69.0.3",
        "1, 10.69.0.195",
        "2, 10.69.1.131",
        "3, 10.69.2.67",
        "5, 10.69.3.195",
        "10, 10.69.7.131",
        "100, 10.69.75.3",
        "341, 10.69.255.195",
        "400, 10.70.44.3"
    })
    void node0AddressFollowsTheRackNumberAndCarriesOverOctets(int lrn, String address) {
        assertThat(servers.node0(lrn)).isEqualTo(address);
    }

    @Test
    void endpointsKeepTheOrderOfTheList() {
        assertThat(servers.etcdEndpoints(List.of(2, 0)))
                .containsExactly("https://10.69.1.131:2379", "https://10.69.0.3:2379");
        assertThat(servers.etcdPeerUrl(0)).isEqualTo("https://10.69.0.3:2380");
        assertThat(servers.vaultUrl(1)).isEqualTo("https://10.69.0.195:8200");
    }

    @Test
    void aNegativeRackNumberIsRefused() {
        assertThatThrownBy(() -> servers.node0(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }
}
