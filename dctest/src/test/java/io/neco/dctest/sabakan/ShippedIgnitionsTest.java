package io.neco.dctest.sabakan;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.artifact.ArtifactSet;
import io.neco.dctest.storage.MemoryEntries;
import io.neco.sabakan.IgnitionTemplate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** sabakan accepts the trees of {@code ignitions/} with the metadata of a release, and not with any of it missing. */
class ShippedIgnitionsTest {
    private static final List<String> CKE_IMAGES =
            List.of("cke-tools", "coredns", "etcd", "kubernetes", "pause", "unbound", "unbound_exporter");

    /** Of a test data centre; sabakan tries a template on a machine with addresses from here. */
    private static final String IPAM = """
            {"max-nodes-in-rack": 28, "node-ipv4-pool": "10.69.0.0/20", "node-ipv4-range-size": 6,
             "node-ipv4-range-mask": 26, "node-index-offset": 3, "node-ip-per-node": 3, "node-gateway-offset": 1,
             "bmc-ipv4-pool": "10.72.16.0/20", "bmc-ipv4-offset": "0.0.1.0", "bmc-ipv4-range-size": 5,
             "bmc-ipv4-range-mask": 20, "bmc-ipv4-gateway-offset": 1}""";

    @TempDir
    private static Path data;

    private static @Nullable SabakanServer server;
    private static @Nullable SabakanApi api;

    @BeforeAll
    static void start() throws IOException {
        SabakanServer started = SabakanServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "",
                data,
                new MemoryEntries(),
                Clock.systemUTC(),
                line -> {});
        server = started;
        SabakanApi ours = SabakanApi.at("http://127.0.0.1:" + started.port());
        ours.put("config/ipam", IPAM).expect(200);
        api = ours;
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "cs", "ss"})
    void acceptsEveryRole(String role) throws IOException {
        String request = template(role).request(metadata());

        Objects.requireNonNull(api)
                .put("ignitions/" + role + "/2022.05.25-1", request)
                .expect(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot_servers", "proxy_url", "version", "authorized_key", "cke:pause.ref", "cilium.img"})
    void refusesARoleWithoutAMetadataKeyThatItUses(String key) throws IOException {
        Map<String, Object> metadata = metadata();
        metadata.remove(key);
        String request = template("cs").request(metadata);

        Objects.requireNonNull(api)
                .put("ignitions/cs/2022.05.26-2", request)
                .expectError(400, "no such meta data: " + key);
    }

    private static IgnitionTemplate template(String role) throws IOException {
        Path site = Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .map(place -> place.resolve("ignitions/roles/" + role + "/site.yml"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        IgnitionTemplate template = IgnitionTemplate.build(site);
        assertThat(template.unlisted()).isEmpty();
        return template;
    }

    private static Map<String, Object> metadata() {
        Map<String, Object> metadata = new TreeMap<>();
        metadata.put("authorized_key", "ssh-ed25519 AAAA operator");
        metadata.put("boot_servers", List.of("10.69.0.3", "10.69.0.195", "10.69.1.131"));
        metadata.put("external_ip_address_block", "");
        metadata.put("proxy_url", "");
        metadata.put("version", "2022.05.25-1");
        ArtifactSet.builtIn().images().forEach(image -> {
            metadata.put(image.name() + ".img", "cybozu-" + image.name() + "-" + image.tag() + ".img");
            metadata.put(image.name() + ".ref", image.fullName());
        });
        CKE_IMAGES.forEach(name -> {
            metadata.put("cke:" + name + ".img", "cybozu-" + name + "-1.2.3.img");
            metadata.put("cke:" + name + ".ref", "quay.io/cybozu/" + name + ":1.2.3");
        });
        return metadata;
    }
}
