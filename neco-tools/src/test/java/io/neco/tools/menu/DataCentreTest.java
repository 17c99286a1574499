package io.neco.tools.menu;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.BootServer;
import io.neco.host.Site;
import io.neco.tools.menu.DataCentre.Rack;
import io.neco.tools.menu.DataCentre.Server;
import io.neco.tools.menu.DataCentre.Spine;
import io.neco.tools.menu.DataCentre.Tor;
import io.neco.tools.menu.DataCentre.TorLink;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses against those of the reference's virtual data centre (docs/placemat-menu.md and dctest at 1eec387). */
class DataCentreTest {
    private DataCentre dctest;

    @BeforeEach
    void plan() throws Exception {
        dctest = MenuFixture.dctest("menu.yml");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 64600, 10.69.0.64/26, 10.69.0.65, 10.69.0.128/26, 10.69.0.129, 10.69.0.3, 10.69.0.67, 10.69.0.131, 10.72.48.0",
        "1, 64601, 10.69.1.0/26, 10.69.1.1, 10.69.1.64/26, 10.69.1.65, 10.69.0.195, 10.69.1.3, 10.69.1.67, 10.72.48.1",
        "2, 64602, 10.69.1.192/26, 10.69.1.193, 10.69.2.0/26, 10.69.2.1, 10.69.1.131, 10.69.1.195, 10.69.2.3, 10.72.48.2",
        "3, 64603, 10.69.2.128/26, 10.69.2.129, 10.69.2.192/26, 10.69.2.193, 10.69.2.67, 10.69.2.131, 10.69.2.195, 10.72.48.3"
    })
    void racksHaveTheReferencesAddresses(
            int index,
            long asn,
            String node1Network,
            String tor1,
            String node2Network,
            String tor2,
            String node0,
            String node1,
            String node2,
            String bastion) {
        Rack rack = dctest.racks().get(index);

        assertThat(rack.asn()).isEqualTo(asn);
        assertThat(rack.tors()).extracting(tor -> tor.network().toString()).containsExactly(node1Network, node2Network);
        assertThat(rack.tors()).extracting(tor -> tor.address().toString()).containsExactly(tor1, tor2);
        assertThat(rack.boot().node0()).hasToString(node0);
        assertThat(rack.boot().node1()).hasToString(node1);
        assertThat(rack.boot().node2()).hasToString(node2);
        assertThat(rack.bastion()).hasToString(bastion);
    }

    @Test
    void bootServersHaveTheAddressesThatNecoExpects() {
        BootServer product = new BootServer(Site.defaults());

        assertThat(dctest.racks())
                .extracting(rack -> rack.boot().node0().toString())
                .containsExactly(product.node0(0), product.node0(1), product.node0(2), product.node0(3));
    }

    @Test
    void spinesAndTopOfRackSwitchesAreLinkedByPairs() {
        assertThat(dctest.spines())
                .extracting(
                        Spine::name,
                        s -> s.coreSide().toString(),
                        s -> s.address().toString())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("spine1", "10.72.2.0", "10.72.2.1"),
                        org.assertj.core.groups.Tuple.tuple("spine2", "10.72.2.2", "10.72.2.3"));
        assertThat(dctest.racks().stream()
                        .flatMap(rack -> rack.tors().stream())
                        .map(tor -> tor.links().get(0).spineSide().toString()))
                .containsExactly(
                        "10.72.1.0",
                        "10.72.1.2",
                        "10.72.1.4",
                        "10.72.1.6",
                        "10.72.1.8",
                        "10.72.1.10",
                        "10.72.1.12",
                        "10.72.1.14");
        Tor last = dctest.racks().get(3).tors().get(1);
        assertThat(last.links())
                .extracting(TorLink::spineSide, TorLink::torSide)
                .extracting(Object::toString)
                .containsExactly("(10.72.1.14, 10.72.1.15)", "(10.72.1.30, 10.72.1.31)");
    }

    @Test
    void switchesHaveTheReferencesNumbers() {
        assertThat(dctest.asnOfCore()).isEqualTo(64597);
        assertThat(dctest.asnOfSpines()).isEqualTo(64599);
        assertThat(dctest.ntpServers()).containsExactly("172.16.4.65/29", "172.16.4.66/29");
        assertThat(dctest.ntpCore()).isEqualTo("172.16.4.67/29");
        assertThat(dctest.internetHost()).hasToString("10.0.0.1");
        assertThat(dctest.internetCore()).isEqualTo("10.0.0.2/24");
        assertThat(dctest.bmcHost()).isEqualTo("10.72.16.1/20");
        assertThat(dctest.bmcCore()).isEqualTo("10.72.16.2/20");
    }

    @Test
    void serialsAreDigestsOfNames() {
        assertThat(dctest.racks())
                .extracting(rack -> rack.boot().serial())
                .containsExactly(
                        "fb8f2417d0b4db30050719c31ce02a2e8141bbd8",
                        "fa362303b7af8c4291773ab496aaca16726beaa3",
                        "846613314f8003728fc0e34eb9678f16217d60a0",
                        "6d940b2ddb97efdf42c0448b2761bde77ae31397");
    }

    @Test
    void workersFollowTheBootServerComputeBeforeStorage(@TempDir Path dir) throws Exception {
        Rack rack = DataCentre.of(new MenuFixture(dir).read(MenuFixture.EXAMPLE))
                .racks()
                .get(1);

        assertThat(rack.servers())
                .extracting(
                        Server::name,
                        s -> s.node0().toString(),
                        s -> s.node1().toString(),
                        s -> s.node2().toString())
                .extracting(Object::toString)
                .containsExactly(
                        "(\"boot-1\", \"10.69.0.195\", \"10.69.1.3\", \"10.69.1.67\")",
                        "(\"rack1-cs1\", \"10.69.0.196\", \"10.69.1.4\", \"10.69.1.68\")",
                        "(\"rack1-cs2\", \"10.69.0.197\", \"10.69.1.5\", \"10.69.1.69\")",
                        "(\"rack1-ss1\", \"10.69.0.198\", \"10.69.1.6\", \"10.69.1.70\")",
                        "(\"rack1-ss2\", \"10.69.0.199\", \"10.69.1.7\", \"10.69.1.71\")");
        assertThat(rack.ss().get(1).serial()).isEqualTo("628c8c360d0113de66db14a225affcb85fb2a27f");
    }
}
