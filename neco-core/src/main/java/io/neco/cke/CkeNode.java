package io.neco.cke;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node of the cluster CKE keeps.
 *
 * @param address its address
 * @param labels its labels in Kubernetes
 */
public record CkeNode(String address, Map<String, String> labels) {
    private static final String ROLE = "cke.cybozu.com/role";

    /** Copies the map. */
    public CkeNode {
        labels = Map.copyOf(labels);
    }

    /** The role CKE took it in for, e.g. {@code cs} or {@code ss}; empty text when it has none. */
    public String role() {
        return labels.getOrDefault(ROLE, "");
    }

    /**
     * The nodes of a cluster.
     *
     * @param yaml the cluster as CKE writes it
     * @param source where it is from, for messages
     * @throws InvalidTemplateException when it is something else
     */
    static List<CkeNode> ofCluster(String yaml, String source) throws InvalidTemplateException {
        List<CkeNode> nodes = new ArrayList<>();
        Object listed = YamlText.readMap(yaml, source).get("nodes");
        if (listed == null) {
            return nodes;
        }
        if (!(listed instanceof List<?> list)) {
            throw new InvalidTemplateException(source + ": nodes should be a list");
        }
        for (Object item : list) {
            if (!(item instanceof Map<?, ?> node) || !(node.get("address") instanceof String address)) {
                throw new InvalidTemplateException(source + ": each node should have an address");
            }
            Map<String, String> labels = new LinkedHashMap<>();
            if (node.get("labels") instanceof Map<?, ?> given) {
                given.forEach((name, value) -> labels.put(String.valueOf(name), String.valueOf(value)));
            }
            nodes.add(new CkeNode(address, labels));
        }
        return nodes;
    }
}
