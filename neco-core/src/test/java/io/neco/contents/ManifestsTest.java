package io.neco.contents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.neco.artifact.ArtifactSet;
import io.neco.artifact.ContainerImage;
import io.neco.cke.CkeContents;
import io.neco.cke.InvalidTemplateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kubernetes resources as CKE gets them: complete, and at one with each other and with the release's images. */
class ManifestsTest {
    private static final List<String> FLAVOURS = List.of("prod", "test");

    private static List<Manifest> all(String environment) throws InvalidTemplateException {
        List<Manifest> all = new ArrayList<>();
        for (String file : CkeContents.resourceFiles(environment)) {
            all.addAll(Manifest.of(Path.of(file).getFileName().toString(), Manifest.parameters()));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void everyResourceSaysWhatItIs(String environment) throws InvalidTemplateException {
        assertThat(all(environment)).allSatisfy(manifest -> {
            assertThat(manifest.node().path("apiVersion").asText())
                    .as(manifest.id())
                    .isNotEmpty();
            assertThat(manifest.kind()).as(manifest.file()).isNotEmpty();
            assertThat(manifest.name()).as(manifest.file()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void noResourceIsThereTwice(String environment) throws InvalidTemplateException {
        assertThat(all(environment)).extracting(Manifest::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void namespacesAreThereBeforeWhatIsInThem(String environment) throws InvalidTemplateException {
        var known = new TreeSet<>(List.of("kube-system"));
        for (Manifest manifest : all(environment)) {
            if (manifest.kind().equals("Namespace")) {
                known.add(manifest.name());
            } else if (!manifest.namespace().isEmpty()) {
                assertThat(known).as(manifest.id()).contains(manifest.namespace());
            }
        }
    }

    @Test
    void hasTheResourcesOfTheReference() throws InvalidTemplateException {
        assertThat(count("namespaces.yml")).containsOnly(Map.entry("Namespace", 1L));
        assertThat(Manifest.of("cilium.yaml", Manifest.parameters())).hasSize(24);
        assertThat(Manifest.of("cilium-pre.yaml", Manifest.parameters())).hasSize(25);
        assertThat(count("coil.yaml"))
                .containsOnly(
                        Map.entry("ClusterRole", 12L),
                        Map.entry("ClusterRoleBinding", 8L),
                        Map.entry("ConfigMap", 1L),
                        Map.entry("CustomResourceDefinition", 4L),
                        Map.entry("DaemonSet", 1L),
                        Map.entry("Deployment", 1L),
                        Map.entry("MutatingWebhookConfiguration", 1L),
                        Map.entry("PodSecurityPolicy", 4L),
                        Map.entry("Role", 1L),
                        Map.entry("RoleBinding", 1L),
                        Map.entry("Secret", 1L),
                        Map.entry("Service", 1L),
                        Map.entry("ServiceAccount", 3L),
                        Map.entry("ValidatingWebhookConfiguration", 1L));
        assertThat(Manifest.of("unbound.yml", Manifest.parameters()))
                .extracting(Manifest::id)
                .containsExactlyInAnyOrder(
                        "ServiceAccount internet-egress/unbound",
                        "ConfigMap internet-egress/unbound",
                        "Deployment internet-egress/unbound",
                        "Service internet-egress/unbound",
                        "PodDisruptionBudget internet-egress/unbound-pdb");
        assertThat(Manifest.of("squid.yml", Manifest.parameters()))
                .extracting(Manifest::id)
                .containsExactlyInAnyOrder(
                        "ConfigMap internet-egress/squid",
                        "ConfigMap internet-egress/local-unbound",
                        "Deployment internet-egress/squid",
                        "Service internet-egress/squid",
                        "PodDisruptionBudget internet-egress/squid-pdb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void imagesAreThoseOfTheReleaseWhichNodesAreGiven(String environment) throws InvalidTemplateException {
        var served = new TreeSet<String>();
        ArtifactSet artifacts = ArtifactSet.builtIn();
        for (String name : ArtifactSet.SABAKAN_IMAGES) {
            ContainerImage image = artifacts.image(name);
            served.add(image.fullName());
        }
        Manifest.parameters().forEach((name, image) -> {
            if (name.startsWith("cke-")) {
                served.add(image);
            }
        });

        for (Manifest manifest : all(environment)) {
            Manifest.each(
                    manifest.node(),
                    "image",
                    image -> assertThat(served).as(manifest.id()).contains(image.asText()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void noImageIsWrittenOutSoThatNoneCanGetOld(String environment) {
        for (String file : CkeContents.resourceFiles(environment)) {
            String text =
                    SourceTree.read(SourceTree.etc(Path.of(file).getFileName().toString()));

            assertThat(text.lines().filter(line -> line.strip().startsWith("image:")))
                    .as(file)
                    .allMatch(line -> line.contains("'{{ "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void rolesAndAccountsThatAreBoundAreThere(String environment) throws InvalidTemplateException {
        List<Manifest> all = all(environment);
        List<String> ids = all.stream().map(Manifest::id).toList();

        for (Manifest binding : all) {
            if (binding.kind().endsWith("Binding")) {
                String role = binding.node().at("/roleRef/kind").asText();
                String namespace = role.equals("Role") ? binding.namespace() : "";
                assertThat(ids)
                        .as(binding.id())
                        .contains(role + " " + namespace + "/"
                                + binding.node().at("/roleRef/name").asText());
                assertThat(binding.node().at("/roleRef/apiGroup").asText()).isEqualTo("rbac.authorization.k8s.io");
                for (JsonNode subject : binding.node().path("subjects")) {
                    assertThat(ids)
                            .as(binding.id())
                            .contains(subject.path("kind").asText() + " "
                                    + subject.path("namespace").asText() + "/"
                                    + subject.path("name").asText());
                }
            }
            binding.pod().ifPresent(pod -> {
                String account = pod.at("/spec/serviceAccountName").asText();
                if (!account.isEmpty()) {
                    assertThat(ids).as(binding.id()).contains("ServiceAccount " + binding.namespace() + "/" + account);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void selectorsFindPods(String environment) throws InvalidTemplateException {
        List<Manifest> all = all(environment);

        for (Manifest manifest : all) {
            JsonNode selector = switch (manifest.kind()) {
                case "Service" -> manifest.node().at("/spec/selector");
                case "Deployment", "DaemonSet", "PodDisruptionBudget" ->
                    manifest.node().at("/spec/selector/matchLabels");
                default -> manifest.node().path("nothing");
            };
            if (selector.isMissingNode()) {
                continue;
            }
            List<Manifest> found = all.stream()
                    .filter(other -> other.namespace().equals(manifest.namespace()))
                    .filter(other -> other.pod().isPresent() && matches(selector, other))
                    .toList();
            assertThat(found).as(manifest.id() + " selects " + selector).hasSize(1);
            if (manifest.pod().isPresent()) {
                assertThat(found).containsExactly(manifest);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void namedPortsOfServicesAndProbesAreNamesOfPortsOfContainers(String environment) throws InvalidTemplateException {
        List<Manifest> all = all(environment);

        for (Manifest service : all) {
            if (service.kind().equals("Service")) {
                Manifest pods = all.stream()
                        .filter(other -> other.pod().isPresent()
                                && matches(service.node().at("/spec/selector"), other))
                        .findFirst()
                        .orElseThrow();
                for (JsonNode port : service.node().at("/spec/ports")) {
                    JsonNode target = port.path("targetPort");
                    // hubble-peer goes to a port of the agent that is in its configuration only
                    if (target.isTextual()) {
                        assertThat(portNames(pods)).as(service.id()).contains(target.asText());
                    }
                }
            }
        }
        for (Manifest manifest : all) {
            for (JsonNode container : manifest.containers()) {
                for (String probe : List.of("readinessProbe", "livenessProbe", "startupProbe")) {
                    Manifest.each(container.path(probe), "port", port -> {
                        if (port.isTextual()) {
                            assertThat(portNames(manifest)).as(manifest.id()).contains(port.asText());
                        }
                    });
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void everyMountHasItsVolumeAndEveryVolumeItsMount(String environment) throws InvalidTemplateException {
        for (Manifest manifest : all(environment)) {
            if (manifest.pod().isEmpty()) {
                continue;
            }
            var volumes = new TreeSet<String>();
            manifest.pod()
                    .orElseThrow()
                    .at("/spec/volumes")
                    .forEach(v -> volumes.add(v.path("name").asText()));
            var mounts = new TreeSet<String>();
            for (JsonNode container : manifest.containers()) {
                container
                        .path("volumeMounts")
                        .forEach(m -> mounts.add(m.path("name").asText()));
            }

            assertThat(mounts).as(manifest.id()).isEqualTo(volumes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void configurationsThatAreMountedOrReadAreThere(String environment) throws InvalidTemplateException {
        List<Manifest> all = all(environment);
        Map<String, Set<String>> maps = new TreeMap<>();
        all.stream().filter(m -> m.kind().equals("ConfigMap")).forEach(m -> {
            var keys = new TreeSet<String>();
            m.node().path("data").fieldNames().forEachRemaining(keys::add);
            maps.put(m.name(), keys);
        });

        for (Manifest manifest : all) {
            Manifest.each(manifest.node(), "configMap", map -> {
                assertThat(maps).as(manifest.id()).containsKey(map.path("name").asText());
                assertThat(maps.getOrDefault(map.path("name").asText(), Set.of()))
                        .as(manifest.id())
                        .containsAll(map.path("items").findValuesAsText("key"));
            });
            Manifest.each(manifest.node(), "configMapKeyRef", reference -> {
                assertThat(maps)
                        .as(manifest.id())
                        .containsKey(reference.path("name").asText());
                if (!reference.path("optional").asBoolean()) {
                    assertThat(maps.getOrDefault(reference.path("name").asText(), Set.of()))
                            .as(manifest.id())
                            .contains(reference.path("key").asText());
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test"})
    void everyValueOfAConfigurationIsText(String environment) throws InvalidTemplateException {
        for (Manifest manifest : all(environment)) {
            if (manifest.kind().equals("ConfigMap")) {
                manifest.node()
                        .path("data")
                        .properties()
                        .forEach(entry -> assertThat(entry.getValue().isTextual())
                                .as(manifest.id() + " " + entry.getKey())
                                .isTrue());
            }
        }
    }

    @Test
    void ciliumOfBothFlavoursDiffersOnlyInHowServicesAreServed() throws InvalidTemplateException {
        var prod = new TreeMap<String, JsonNode>();
        Manifest.of("cilium.yaml", Manifest.parameters()).forEach(m -> prod.put(m.id(), m.node()));
        var differ = new ArrayList<String>();
        for (Manifest manifest : Manifest.of("cilium-pre.yaml", Manifest.parameters())) {
            if (!manifest.node().equals(prod.get(manifest.id()))) {
                differ.add(manifest.id());
            }
        }

        assertThat(differ)
                .containsExactlyInAnyOrder(
                        "ConfigMap kube-system/bgp-config",
                        "ConfigMap kube-system/cilium-config",
                        "Deployment kube-system/cilium-operator",
                        "DaemonSet kube-system/cilium");
    }

    /** Pods read their configuration when they start, so they have to be replaced when it changes. */
    @ParameterizedTest
    @ValueSource(strings = {"cilium.yaml", "cilium-pre.yaml"})
    void podsOfCiliumAreReplacedWhenTheirConfigurationChanges(String file)
            throws InvalidTemplateException, NoSuchAlgorithmException {
        List<Manifest> all = Manifest.of(file, Manifest.parameters());
        Map<String, String> checksums = new TreeMap<>();
        for (Manifest manifest : all) {
            if (manifest.kind().equals("ConfigMap")) {
                checksums.put(manifest.name(), checksum(manifest.node().path("data")));
            }
        }

        for (String workload : List.of("Deployment kube-system/cilium-operator", "DaemonSet kube-system/cilium")) {
            assertThat(annotation(all, workload, "cilium.io/cilium-configmap-checksum"))
                    .as(file + ", " + workload + ": the annotation is the SHA-256 of the data of cilium-config")
                    .isEqualTo(checksums.get("cilium-config"));
        }
        assertThat(annotation(all, "Deployment kube-system/hubble-relay", "cilium.io/hubble-relay-configmap-checksum"))
                .as(file + ", hubble-relay: the annotation is the SHA-256 of the data of hubble-relay-config")
                .isEqualTo(checksums.get("hubble-relay-config"));
    }

    private static String annotation(List<Manifest> all, String id, String name) {
        return all.stream()
                .filter(m -> m.id().equals(id))
                .map(m -> m.pod()
                        .orElseThrow()
                        .at("/metadata/annotations")
                        .path(name)
                        .asText())
                .findFirst()
                .orElseThrow();
    }

    /** Of names and values, sorted by name, each followed by a line end. */
    private static String checksum(JsonNode data) throws NoSuchAlgorithmException {
        var text = new StringBuilder();
        data.properties().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> text.append(entry.getKey())
                        .append('\n')
                        .append(entry.getValue().asText())
                        .append('\n'));
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void loadBalancersGetTheAddressesOfTheDataCentre() throws InvalidTemplateException {
        JsonNode bgp = Manifest.of("cilium-pre.yaml", Manifest.parameters()).stream()
                .filter(m -> m.name().equals("bgp-config"))
                .map(m -> Manifest.document(m.node().at("/data/config.yaml").asText()))
                .findFirst()
                .orElseThrow();

        assertThat(bgp.at("/address-pools/0/addresses/0").asText()).isEqualTo("10.72.32.0/20");
        assertThat(bgp.at("/address-pools/1/addresses/0").asText()).isEqualTo("10.72.48.0/26");
        assertThat(bgp.at("/address-pools/2/addresses/0").asText()).isEqualTo("172.19.0.16/28");
        assertThat(bgp.at("/peers/0/my-asn").asInt()).isEqualTo(64698);
    }

    @Test
    void addressesThatAreNotSetLeaveAValidConfiguration() throws InvalidTemplateException {
        Map<String, String> parameters = Manifest.parameters();
        parameters.replaceAll((name, value) -> name.startsWith("lbAddress") ? "" : value);

        assertThat(Manifest.of("cilium-pre.yaml", parameters))
                .filteredOn(m -> m.name().equals("bgp-config"))
                .allSatisfy(m -> assertThat(Manifest.document(
                                        m.node().at("/data/config.yaml").asText())
                                .at("/address-pools/0/addresses/0")
                                .asText())
                        .isEmpty());
    }

    @Test
    void anImageThatIsNotGivenIsAnError() {
        Map<String, String> parameters = Manifest.parameters();
        parameters.remove("squid");

        assertThatThrownBy(() -> Manifest.of("squid.yml", parameters)).hasMessageContaining("squid");
    }

    @Test
    void coilHasTheNetworkConfigurationOfItsOwnFile() throws InvalidTemplateException {
        String inside = Manifest.of("coil.yaml", Manifest.parameters()).stream()
                .filter(m -> m.kind().equals("ConfigMap"))
                .map(m -> m.node().at("/data/cni_netconf").asText())
                .findFirst()
                .orElseThrow();

        assertThat(Manifest.document(inside))
                .isEqualTo(Manifest.document(SourceTree.read(SourceTree.etc("netconf.json"))));
    }

    @Test
    void everyManifestIsGivenToCke() throws IOException {
        var given = new TreeSet<String>();
        for (String environment : FLAVOURS) {
            CkeContents.resourceFiles(environment)
                    .forEach(file -> given.add(Path.of(file).getFileName().toString()));
        }

        try (Stream<Path> files = Files.list(SourceTree.etc(""))) {
            assertThat(files.filter(file -> SourceTree.read(file).contains("\napiVersion: "))
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(given);
        }
    }

    private static Map<String, Long> count(String file) throws InvalidTemplateException {
        var count = new TreeMap<String, Long>();
        Manifest.of(file, Manifest.parameters()).forEach(m -> count.merge(m.kind(), 1L, Long::sum));
        return count;
    }

    private static boolean matches(JsonNode selector, Manifest workload) {
        JsonNode labels = workload.pod().orElseThrow().at("/metadata/labels");
        return !selector.isEmpty()
                && selector.properties().stream()
                        .allMatch(entry -> entry.getValue().equals(labels.path(entry.getKey())));
    }

    private static List<String> portNames(Manifest manifest) {
        var names = new ArrayList<String>();
        manifest.containers()
                .forEach(c ->
                        c.path("ports").forEach(p -> names.add(p.path("name").asText())));
        return names;
    }
}
