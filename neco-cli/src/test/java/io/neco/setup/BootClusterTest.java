package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.BootServer;
import io.neco.host.Site;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BootClusterTest {
    private static final BootServer SERVERS = new BootServer(Site.defaults());

    @Test
    void isLedByTheLowestNumber() {
        assertThat(new BootCluster(1, List.of(1, 2, 3), SERVERS).isLeader()).isTrue();
        assertThat(new BootCluster(2, List.of(1, 2, 3), SERVERS).isLeader()).isFalse();
    }

    @Test
    void refusesAServerThatIsNotAmongThoseGiven() {
        assertThatThrownBy(() -> new BootCluster(3, List.of(0, 1, 2), SERVERS))
                .hasMessage(
                        "this server's logical rack number 3 (from /etc/neco/rack) is not among those given: 0, 1, 2");
    }

    @Test
    void namesThoseWhoAreMissing() {
        BootCluster cluster = new BootCluster(0, List.of(0, 1, 2), SERVERS);

        assertThat(cluster.missing(Set.of(0))).isEqualTo("boot servers 1, 2");
        assertThat(cluster.missing(Set.of(0, 2))).isEqualTo("boot server 1");
    }
}
