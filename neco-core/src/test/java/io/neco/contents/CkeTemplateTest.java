package io.neco.contents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.neco.cke.ClusterTemplate;
import io.neco.cke.InvalidTemplateException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two flavours of CKE's template, and the small files beside it. */
class CkeTemplateTest {
    private static JsonNode read(String file) {
        return Manifest.document(SourceTree.read(SourceTree.etc(file)));
    }

    @Test
    void flavoursDifferInKubeProxyOnly() {
        ObjectNode prod = (ObjectNode) read("cke-template.yml");
        ObjectNode pre = (ObjectNode) read("cke-template-pre.yml");
        JsonNode proxyOfProd = ((ObjectNode) prod.path("options")).remove("kube-proxy");
        JsonNode proxyOfPre = ((ObjectNode) pre.path("options")).remove("kube-proxy");

        assertThat(pre).isEqualTo(prod);
        assertThat(proxyOfProd.has("disable")).isFalse();
        assertThat(proxyOfProd.at("/config/ipvs/strictARP").asBoolean()).isTrue();
        assertThat(proxyOfPre.path("disable").asBoolean()).isTrue();
        assertThat(proxyOfPre.at("/config/mode").asText()).isEqualTo("ipvs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cke-template.yml", "cke-template-pre.yml"})
    void takesNameAndWeightsOfTheCluster(String file) throws InvalidTemplateException {
        String adapted = ClusterTemplate.adapt(
                SourceTree.read(SourceTree.etc(file)), file, "tokyo0", new TreeMap<>(Map.of("cs", 4.0, "ss", 2.5)));

        JsonNode template = Manifest.document(adapted);
        assertThat(template.path("name").asText()).isEqualTo("tokyo0");
        assertThat(template.at("/nodes/0/labels").has("cke.cybozu.com/weight")).isFalse();
        assertThat(template.at("/nodes/1/labels/cke.cybozu.com~1weight").asText())
                .isEqualTo("4.000000");
        assertThat(template.at("/nodes/2/labels/cke.cybozu.com~1weight").asText())
                .isEqualTo("2.500000");
    }

    @Test
    void hasOneControlPlaneAndTheWeightsOfTheReference() {
        JsonNode nodes = read("cke-template.yml").path("nodes");

        assertThat(nodes).hasSize(3);
        assertThat(nodes.findValuesAsText("control_plane")).containsExactly("true", "false", "false");
        assertThat(nodes.findValuesAsText("cke.cybozu.com/role")).containsExactly("cs", "cs", "ss");
        assertThat(nodes.findValuesAsText("cke.cybozu.com/weight")).containsExactly("18", "10");
    }

    @Test
    void auditsWithoutWritingSecretsDown() {
        JsonNode policy = Manifest.document(read("cke-template.yml")
                .at("/options/kube-api/audit_log_policy")
                .asText());

        assertThat(policy.path("kind").asText()).isEqualTo("Policy");
        JsonNode first = policy.at("/rules/0");
        assertThat(first.path("level").asText()).isEqualTo("Metadata");
        assertThat(first.at("/resources/0/resources/0").asText()).isEqualTo("secrets");
    }

    @Test
    void resolverIsOneThatIsInstalled() throws InvalidTemplateException {
        String service = read("cke-template.yml").path("dns_service").asText();

        assertThat(Manifest.of("unbound.yml", Manifest.parameters()))
                .filteredOn(m -> m.kind().equals("Service"))
                .extracting(m -> m.namespace() + "/" + m.name())
                .containsExactly(service);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cke-template.yml", "cke-template-pre.yml"})
    void testDataCentresCanSlowEtcdDown(String file) {
        String text = SourceTree.read(SourceTree.etc(file)).replace("#GCPONLY ", "");

        assertThat(Manifest.document(text).at("/options/etcd/extra_args"))
                .extracting(JsonNode::asText)
                .contains("--heartbeat-interval=500", "--election-timeout=2500");
        assertThat(text).doesNotContain("#GCPONLY");
    }

    @Test
    void dhcpGivesLeasesOfAnHour() {
        JsonNode dhcp = read("dhcp.json");

        assertThat(dhcp.path("lease-minutes").asInt()).isEqualTo(60);
        assertThat(dhcp.path("gateway-offset").asInt()).isEqualTo(1);
    }

    @Test
    void everyMachineTypeHasMetricsThatMakeItHealthy() {
        JsonNode config = read("sabakan-state-setter.yml");
        List<String> names = config.path("machine-types").findValuesAsText("name").stream()
                .filter(name -> !name.startsWith("hw_"))
                .toList();

        assertThat(config.path("shutdown-schedule").asText()).isEqualTo("0 11 * * *");
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "qemu",
                        "r640-boot-1",
                        "r640-boot-2",
                        "r640-cs-1",
                        "r640-cs-2",
                        "r740xd-ss-2",
                        "r6525-boot-1",
                        "r6525-cs-1",
                        "r7525-ss-1");
        for (JsonNode type : config.path("machine-types")) {
            assertThat(type.path("metrics")).as(type.path("name").asText()).isNotEmpty();
            for (JsonNode metric : type.path("metrics")) {
                assertThat(metric.properties())
                        .extracting(Map.Entry::getKey)
                        .as(type.path("name").asText())
                        .isSubsetOf("name", "selector", "minimum-healthy-count");
                assertThat(metric.path("name").asText()).startsWith("hw_");
                assertThat(metric.path("selector").properties())
                        .extracting(Map.Entry::getKey)
                        .isSubsetOf("labels", "label-prefix");
            }
        }
    }
}
