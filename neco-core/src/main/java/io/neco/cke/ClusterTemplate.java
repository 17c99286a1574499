package io.neco.cke;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The description of the Kubernetes cluster that sabakan's machines are turned into: adapts the release's template to this cluster.
 *
 * <p>Source: progs/cke/conf.go at 1eec387; CKE's docs/sabakan-integration.md for what a template is.
 */
public final class ClusterTemplate {
    private static final String ROLE_LABEL = "cke.cybozu.com/role";
    private static final String WEIGHT_LABEL = "cke.cybozu.com/weight";
    /** The cluster whose namespaces of developers may be evicted without asking when a node is rebooted. */
    private static final String STAGE0 = "stage0";

    private final String source;
    private final Map<String, Object> root;

    private ClusterTemplate(String source, Map<String, Object> root) {
        this.source = source;
        this.root = root;
    }

    /**
     * Gives a template the cluster's name, the namespaces that protect nodes from reboots where it is called {@code stage0}, and the
     * weights of roles. Comments are lost and keys sorted; everything else keeps its meaning.
     *
     * @param yaml the release's template
     * @param source where it is from, for messages
     * @param clusterName name of this cluster
     * @param weights weights by role; a role without nodes of its own in the template is ignored, a role without a weight keeps the
     *     template's
     * @throws InvalidTemplateException when the template is not what its changes need it to be
     */
    public static String adapt(String yaml, String source, String clusterName, SortedMap<String, Double> weights)
            throws InvalidTemplateException {
        ClusterTemplate template = new ClusterTemplate(source, YamlText.readMap(yaml, source));
        template.root.put("name", clusterName);
        if (clusterName.equals(STAGE0)) {
            template.protectNamespaces();
        }
        template.setWeights(weights);
        return YamlText.write(template.root);
    }

    private void protectNamespaces() {
        Map<String, Object> reboot = map(root.get("reboot"));
        if (reboot == null) {
            return;
        }
        Map<String, Object> expression = new TreeMap<>();
        expression.put("key", "development");
        expression.put("operator", "NotIn");
        expression.put("values", new ArrayList<>(List.of("true")));
        Map<String, Object> namespaces = new TreeMap<>();
        namespaces.put("matchExpressions", new ArrayList<>(List.of(expression)));
        reboot.put("protected_namespaces", namespaces);
    }

    private void setWeights(SortedMap<String, Double> weights) throws InvalidTemplateException {
        if (!(root.get("nodes") instanceof List<?> nodes)) {
            throw new InvalidTemplateException(source + ": nodes should be a slice, a list of node templates, but "
                    + (root.containsKey("nodes") ? "is not" : "is missing"));
        }
        for (Map.Entry<String, Double> weight : weights.entrySet()) {
            setWeight(nodes, weight.getKey(), Weights.label(weight.getValue()));
        }
    }

    private void setWeight(List<?> nodes, String role, String label) throws InvalidTemplateException {
        for (int i = 0; i < nodes.size(); i++) {
            Map<String, Object> node = map(nodes.get(i));
            if (node == null) {
                throw invalid(i, "node should be a map");
            }
            if (!(node.get("control_plane") instanceof Boolean isControlPlane)) {
                throw invalid(i, "control_plane is not found, or neither true nor false");
            }
            Map<String, Object> labels = map(node.get("labels"));
            if (labels == null) {
                throw invalid(i, "labels should be a map");
            }
            if (!isControlPlane && role.equals(labels.get(ROLE_LABEL))) {
                labels.put(WEIGHT_LABEL, label);
                return;
            }
        }
    }

    private InvalidTemplateException invalid(int index, String what) {
        return new InvalidTemplateException(source + ", nodes[" + index + "]: " + what);
    }

    @SuppressWarnings("unchecked") // YamlText makes no other maps
    private static @Nullable Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
    }
}
