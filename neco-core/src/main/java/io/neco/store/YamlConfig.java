package io.neco.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.neco.yaml.YamlDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A configuration in any form of YAML; apart from {@link NecoConfigFile}, so that the usual form loads no YAML library. */
final class YamlConfig {
    private YamlConfig() {}

    /** Text or lists by key; anything else stays as a node, which no key accepts. */
    static Map<String, Object> read(String yaml, String source) {
        JsonNode root;
        try {
            root = YamlDocument.read(yaml);
        } catch (IOException e) {
            throw new EtcdConfigException(source + " is not valid YAML: " + e.getMessage() + NecoConfigFile.HOW_TO, e);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        if (root.isNull()) {
            return values;
        }
        if (!root.isObject()) {
            throw new EtcdConfigException(
                    source + " should be a map of keys such as endpoints and tls-cert-file" + NecoConfigFile.HOW_TO);
        }
        root.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isArray()) {
                List<Object> items = new ArrayList<>();
                value.forEach(item -> items.add(item.isValueNode() && !item.isNull() ? item.asText() : item));
                values.put(entry.getKey(), items);
            } else if (value.isObject()) {
                values.put(entry.getKey(), value);
            } else if (!value.isNull()) {
                values.put(entry.getKey(), value.asText());
            }
        });
        return values;
    }
}
