package io.neco.tools.menu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterFileTest {
    @TempDir
    Path dir;

    /** Counts of the reference's own output for these menus. */
    @ParameterizedTest
    @CsvSource({"menu.yml, 32, 2, 12, 13", "menu-ss.yml, 26, 2, 13, 11"})
    void dctestsMenusGiveAsManyResourcesAsTheReference(String menu, int networks, int images, int nodes, int namespaces)
            throws Exception {
        List<JsonNode> documents = documents(MenuFixture.dctest(menu));

        assertThat(ofKind(documents, "Network")).hasSize(networks);
        assertThat(ofKind(documents, "Image")).hasSize(images);
        assertThat(ofKind(documents, "Node")).hasSize(nodes);
        assertThat(ofKind(documents, "NetworkNamespace")).hasSize(namespaces);
        assertThat(documents).hasSize(networks + images + nodes + namespaces);
    }

    @ParameterizedTest
    @CsvSource({"menu.yml", "menu-ss.yml"})
    void placematAcceptsDctestsMenus(String menu) throws Exception {
        assertThat(PlacematSchema.problems(documents(MenuFixture.dctest(menu)))).isEmpty();
    }

    @Test
    void placematAcceptsEveryFeature() throws Exception {
        assertThat(PlacematSchema.problems(example())).isEmpty();
    }

    @Test
    void kindsComeInTheReferencesOrder() throws Exception {
        assertThat(example().stream().map(d -> d.path("kind").asText()).distinct())
                .containsExactly("Network", "Image", "DeviceClass", "Node", "NetworkNamespace");
    }

    @Test
    void everyDocumentBeginsWithASeparator() throws Exception {
        String text = new ClusterFile(MenuFixture.dctest("menu.yml"), "/out/sabakan").text();

        assertThat(text).startsWith("---\n").endsWith("\n");
        assertThat(text.lines().filter("---"::equals)).hasSize(59);
    }

    @Test
    void networksAreNamedAsTheReferenceNamesThem() throws Exception {
        assertThat(ofKind(example(), "Network").stream().map(n -> n.path("name").asText()))
                .containsExactly(
                        "internet",
                        "core-to-s1",
                        "core-to-s2",
                        "core-to-ext",
                        "core-to-op",
                        "core-node0",
                        "core-ntp",
                        "bmc",
                        "s1-to-r0-1",
                        "s1-to-r0-2",
                        "s1-to-r1-1",
                        "s1-to-r1-2",
                        "s2-to-r0-1",
                        "s2-to-r0-2",
                        "s2-to-r1-1",
                        "s2-to-r1-2",
                        "r0-node1",
                        "r0-node2",
                        "r1-node1",
                        "r1-node2");
        assertThat(named(example(), "internet")).isEqualTo(json("""
                { "kind": "Network", "name": "internet", "type": "external", "use-nat": true, "address": "10.0.0.1/24" }"""));
        assertThat(named(example(), "bmc")).isEqualTo(json("""
                { "kind": "Network", "name": "bmc", "type": "bmc", "use-nat": false, "address": "10.72.16.1/20" }"""));
    }

    @Test
    void bootServersHaveASeedAndSabakansDirectory() throws Exception {
        assertThat(named(example(), "boot-0")).isEqualTo(json("""
                { "kind": "Node", "name": "boot-0", "interfaces": ["r0-node1", "r0-node2"], "cpu": 2, "memory": "2G", "numa": {},
                  "smbios": { "serial": "fb8f2417d0b4db30050719c31ce02a2e8141bbd8" },
                  "volumes": [
                    { "kind": "image", "name": "root", "image": "ubuntu", "copy-on-write": true, "cache": "writeback" },
                    { "kind": "localds", "name": "seed", "user-data": "seed_boot-0.yml", "network-config": "network.yml" },
                    { "kind": "hostPath", "name": "sabakan", "path": "/out/sabakan" } ] }"""));
    }

    @Test
    void workersHaveDisksQueuesAndFlags() throws Exception {
        assertThat(named(example(), "rack1-cs2")).isEqualTo(json("""
                { "kind": "Node", "name": "rack1-cs2", "interfaces": ["r1-node1", "r1-node2"], "memory": "2G",
                  "smp": { "cpus": 12, "cores": 6, "sockets": 2 }, "numa": { "nodes": 4 }, "network-device-queue": 24,
                  "smbios": { "serial": "aec899fb87747909c95a2decaa4f25899f07516e" }, "tpm": true, "uefi": true,
                  "volumes": [
                    { "kind": "raw", "name": "data1", "size": "30G", "cache": "none", "format": "raw" },
                    { "kind": "raw", "name": "data2", "size": "30G", "cache": "none", "format": "raw" },
                    { "kind": "image", "name": "extra0", "image": "extra", "copy-on-write": true } ] }"""));
        JsonNode ss = named(example(), "rack1-ss1");
        assertThat(ss.path("network-device-queue").asInt()).isEqualTo(2);
        assertThat(StreamSupport.stream(ss.path("volumes").spliterator(), false)
                        .map(v -> v.path("name").asText() + " "
                                + v.path("device-class").asText() + " "
                                + v.path("size").asText()))
                .containsExactly("data1-1 ssd 50G", "data2-1 hdd 50G", "data2-2 hdd 50G", "data2-3 hdd 50G");
    }

    @Test
    void theCoreKnowsTheInternetAndTheBmcsByTheirPosition() throws Exception {
        assertThat(named(example(), "core").path("interfaces")).isEqualTo(json("""
                [ { "network": "internet", "addresses": ["10.0.0.2/24"] },
                  { "network": "bmc", "addresses": ["10.72.16.2/20"] },
                  { "network": "core-to-ext", "addresses": ["10.0.3.1/24"] },
                  { "network": "core-to-op", "addresses": ["10.0.4.1/24"] },
                  { "network": "core-node0", "addresses": ["10.0.49.3/32"] },
                  { "network": "core-ntp", "addresses": ["172.16.4.67/29"] },
                  { "network": "core-to-s1", "addresses": ["10.0.2.0/31"] },
                  { "network": "core-to-s2", "addresses": ["10.0.2.2/31"] } ]"""));
    }

    @Test
    void topOfRackSwitchesRelayDhcpToTheOtherRacksBootServers() throws Exception {
        JsonNode tor = named(documents(MenuFixture.dctest("menu.yml")), "rack1-tor2");

        assertThat(tor.path("apps").path(1).path("command")).isEqualTo(json("""
                [ "/usr/sbin/dnsmasq", "--keep-in-foreground", "--pid-file=/var/run/dnsmasq_rack1-tor2.pid", "--log-facility=-",
                  "--dhcp-relay", "10.69.1.65,10.69.0.3", "--dhcp-relay", "10.69.1.65,10.69.1.131",
                  "--dhcp-relay", "10.69.1.65,10.69.2.67" ]"""));
        assertThat(tor.path("interfaces")).isEqualTo(json("""
                [ { "network": "s1-to-r1-2", "addresses": ["10.72.1.7/31"] },
                  { "network": "s2-to-r1-2", "addresses": ["10.72.1.23/31"] },
                  { "network": "r1-node2", "addresses": ["10.69.1.65/26"] } ]"""));
    }

    @Test
    void withoutAProxyThereIsNoNetworkForIt() throws Exception {
        String menu = MenuFixture.EXAMPLE.replace("  proxy: 10.0.49.3\n", "");

        List<JsonNode> documents = documents(DataCentre.of(new MenuFixture(dir).read(menu)));

        assertThat(documents).noneMatch(d -> d.path("name").asText().equals("core-node0"));
        assertThat(PlacematSchema.problems(documents)).isEmpty();
    }

    private List<JsonNode> example() throws IOException {
        Path own = java.nio.file.Files.createTempDirectory(dir, "menu");
        return documents(DataCentre.of(new MenuFixture(own).read(MenuFixture.EXAMPLE)));
    }

    private static List<JsonNode> documents(DataCentre dataCentre) throws IOException {
        String text = new ClusterFile(dataCentre, "/out/sabakan").text();
        try (var documents =
                new ObjectMapper(new YAMLFactory()).readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            return new ArrayList<>(documents.readAll());
        }
    }

    private static List<JsonNode> ofKind(List<JsonNode> documents, String kind) {
        return documents.stream()
                .filter(d -> d.path("kind").asText().equals(kind))
                .toList();
    }

    private static JsonNode named(List<JsonNode> documents, String name) {
        return documents.stream()
                .filter(d -> d.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper(new YAMLFactory()).readTree(text);
    }
}
