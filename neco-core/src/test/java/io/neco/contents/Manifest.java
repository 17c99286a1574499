package io.neco.contents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.artifact.ArtifactSet;
import io.neco.cke.InvalidTemplateException;
import io.neco.cke.ResourceTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * One resource of a rendered manifest.
 *
 * @param file where it is from
 * @param node what is said there
 */
record Manifest(String file, JsonNode node) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** All resources of a file, rendered as on a boot server of the given settings. */
    static List<Manifest> of(String file, Map<String, String> parameters) throws InvalidTemplateException {
        String text = ResourceTemplate.render(SourceTree.read(SourceTree.etc(file)), file, parameters);
        List<Manifest> all = new ArrayList<>();
        for (Object document : yaml().loadAll(text)) {
            if (document != null) {
                all.add(new Manifest(file, MAPPER.valueToTree(document)));
            }
        }
        return all;
    }

    /** A YAML file of one document. */
    static JsonNode document(String text) {
        return MAPPER.valueToTree(yaml().load(text));
    }

    /** What templates are given on a boot server, with sample addresses. */
    static Map<String, String> parameters() {
        Map<String, String> values = new TreeMap<>();
        ArtifactSet.builtIn().images().forEach(image -> values.put(image.name(), image.fullName()));
        SourceTree.CKE_IMAGES.forEach(name -> values.put("cke-" + name, "quay.io/cybozu/" + name + ":1.2.3.4"));
        values.put("lbAddressDefault", "10.72.32.0/20");
        values.put("lbAddressBastion", "10.72.48.0/26");
        values.put("lbAddressInternet", "172.19.0.16/28");
        return values;
    }

    String kind() {
        return node.path("kind").asText();
    }

    String name() {
        return node.at("/metadata/name").asText();
    }

    /** Empty for what belongs to no namespace. */
    String namespace() {
        return node.at("/metadata/namespace").asText();
    }

    String id() {
        return kind() + " " + namespace() + "/" + name();
    }

    /** The template of the pods that this resource makes, if it makes any. */
    Optional<JsonNode> pod() {
        String at = switch (kind()) {
            case "Deployment", "DaemonSet", "Job" -> "/spec/template";
            case "CronJob" -> "/spec/jobTemplate/spec/template";
            default -> "";
        };
        return at.isEmpty() ? Optional.empty() : Optional.of(node.at(at));
    }

    /** Its containers, those of the beginning first. */
    List<JsonNode> containers() {
        List<JsonNode> all = new ArrayList<>();
        pod().ifPresent(pod -> {
            pod.at("/spec/initContainers").forEach(all::add);
            pod.at("/spec/containers").forEach(all::add);
        });
        return all;
    }

    /** Calls {@code reader} with every value of this name, wherever it is below {@code node}. */
    static void each(JsonNode node, String name, Consumer<JsonNode> reader) {
        for (JsonNode value : node.findValues(name)) {
            reader.accept(value);
        }
    }

    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options));
    }
}
