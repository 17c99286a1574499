package io.neco.dctest.sabakan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.dctest.storage.MemoryEntries;
import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.sabakan.AssetMeta;
import io.neco.sabakan.DhcpConfig;
import io.neco.sabakan.IgnitionTemplate;
import io.neco.sabakan.Machine;
import io.neco.sabakan.OsImageEntry;
import io.neco.sabakan.SabakanClient;
import io.neco.sabakan.SabakanException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product's client against the stand-in: both were written from the same facts, and here they meet. */
class SabakanClientTest {
    private static final String OS = SabakanClient.COREOS;
    private static final String IPAM = """
            {"max-nodes-in-rack": 28, "node-ipv4-pool": "10.69.0.0/20", "node-ipv4-range-size": 6,
             "node-ipv4-range-mask": 26, "node-index-offset": 3, "node-ip-per-node": 3, "node-gateway-offset": 1,
             "bmc-ipv4-pool": "10.72.16.0/20", "bmc-ipv4-offset": "0.0.1.0", "bmc-ipv4-range-size": 5,
             "bmc-ipv4-range-mask": 20, "bmc-ipv4-gateway-offset": 1}""";

    @TempDir
    private Path dir;

    private final WebClient web = new HttpClients().local();
    private SabakanServer server;
    private SabakanClient sabakan;
    private SabakanApi api;

    @BeforeEach
    void start() throws Exception {
        server = SabakanServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "",
                Files.createDirectory(dir.resolve("data")),
                new MemoryEntries(),
                Clock.systemUTC(),
                line -> {});
        URI address = URI.create("http://127.0.0.1:" + server.port());
        sabakan = new SabakanClient(web, address, "root", Duration.ofMinutes(1));
        api = SabakanApi.at(address.toString());
        sabakan.setIpam(IPAM);
    }

    @AfterEach
    void stop() {
        web.close();
        server.close();
    }

    @Test
    void uploadsAnOsImage() throws Exception {
        assertThat(sabakan.images(OS)).isEmpty();

        sabakan.uploadImage(OS, "3139.2.1", file("vmlinuz", 3_000_000), file("initrd", 5_000_001), sent -> {});

        assertThat(sabakan.images(OS)).containsExactly(new OsImageEntry("3139.2.1", 8_000_001, true));
        assertThat(api.get("images/coreos/3139.2.1").status()).isEqualTo(200);
    }

    @Test
    void uploadsAndReplacesAnAsset() throws Exception {
        assertThat(sabakan.assetMeta("bird.img")).isEmpty();

        assertThat(sabakan.uploadAsset("bird.img", file("neco-1", 2_000_000), sent -> {})
                        .status())
                .isEqualTo(201);
        AssetMeta first = sabakan.assetMeta("bird.img").orElseThrow();
        assertThat(sabakan.uploadAsset("bird.img", file("neco-2", 0), sent -> {})
                        .status())
                .isEqualTo(200);

        assertThat(first.size()).isEqualTo(2_000_000);
        assertThat(first.contentType()).isEqualTo("application/octet-stream");
        assertThat(sabakan.assetMeta("bird.img").orElseThrow().id()).isNotEqualTo(first.id());
    }

    @Test
    void uploadsATemplateOnce() throws Exception {
        IgnitionTemplate template =
                IgnitionTemplate.build(Files.writeString(dir.resolve("site.yml"), "version: 2.2\n"));
        assertThat(sabakan.ignitionIds("boot")).isEmpty();

        sabakan.putIgnition("boot", "2022.05.25-1", template, Map.of("boot_servers", List.of("10.69.0.3")));

        assertThat(sabakan.ignitionIds("boot")).containsExactly("2022.05.25-1");
        assertThatThrownBy(() -> sabakan.putIgnition("boot", "2022.05.25-1", template, Map.of()))
                .isInstanceOfSatisfying(
                        SabakanException.class, e -> assertThat(e.reason()).isEqualTo("Conflict: conflicted"));
    }

    @Test
    void tellsWhyATemplateIsRefused() throws Exception {
        Files.createDirectories(dir.resolve("systemd"));
        Files.writeString(dir.resolve("systemd/a.service"), "{{ Metadata \"missing\" }}");
        IgnitionTemplate template =
                IgnitionTemplate.build(Files.writeString(dir.resolve("site.yml"), "systemd: [{name: a.service}]\n"));

        assertThatThrownBy(() -> sabakan.putIgnition("boot", "2022.05.25-1", template, Map.of()))
                .isInstanceOf(SabakanException.class)
                .hasMessageContaining("/api/v1/ignitions/boot/2022.05.25-1: Bad Request: ")
                .hasMessageContaining("missing");
    }

    @Test
    void setsDhcpAndKernelParameters() throws Exception {
        assertThat(sabakan.dhcp()).isEmpty();
        assertThat(sabakan.kernelParameters(OS)).isEmpty();
        DhcpConfig config = new DhcpConfig(60, List.of("10.69.0.3"), 1);

        sabakan.setDhcp(config);
        sabakan.setKernelParameters(OS, "console=ttyS0 coreos.autologin=ttyS0");

        assertThat(sabakan.dhcp().orElseThrow().leaseMinutes()).isEqualTo(60);
        assertThat(sabakan.dhcp().orElseThrow().dnsServers()).containsExactly("10.69.0.3");
        assertThat(sabakan.kernelParameters(OS).orElseThrow().strip())
                .isEqualTo("console=ttyS0 coreos.autologin=ttyS0");
        assertThat(sabakan.ipam().orElseThrow()).contains("10.69.0.0/20");
    }

    @Test
    void findsAndLabelsMachines() throws Exception {
        api.send(
                        "POST",
                        "machines",
                        "[{\"serial\":\"abc\",\"rack\":0,\"role\":\"boot\",\"bmc\":{\"type\":\"iDRAC\"}}]"
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        Map.of())
                .expect(201);

        sabakan.putLabel("abc", "product", "vm");

        Machine machine = sabakan.machines(Map.of("rack", "0", "role", "boot")).get(0);
        assertThat(machine.serial()).isEqualTo("abc");
        assertThat(machine.ipv4().get(0)).isEqualTo("10.69.0.3");
        assertThat(machine.labels()).containsEntry("product", "vm");
        assertThat(machine.state()).isEqualTo("uninitialized");
        assertThat(sabakan.bmcInfo("abc"))
                .matches("\\{\"ipv4\":\\{\"address\":\"10\\.72\\.[0-9.]+\",\"netmask\":\"[0-9.]+\",\"maskbits\":[0-9]+,"
                        + "\"gateway\":\"[0-9.]+\"}}");
        sabakan.putState("abc", "healthy");
        assertThat(sabakan.machines(Map.of("serial", "abc")).get(0).state()).isEqualTo("healthy");
        sabakan.deleteLabel("abc", "product");
        assertThat(sabakan.machines(Map.of()).get(0).labels()).isEmpty();
        assertThatThrownBy(() -> sabakan.machines(Map.of("rack", "1")))
                .isInstanceOfSatisfying(
                        SabakanException.class, e -> assertThat(e.isNotFound()).isTrue());
    }

    private Path file(String name, int size) throws IOException {
        return Files.write(dir.resolve(name), SabakanApi.content(size, size));
    }
}
