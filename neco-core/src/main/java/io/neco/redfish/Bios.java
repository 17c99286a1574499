package io.neco.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * BIOS settings of a computer system; source: DMTF's schemas Bios and Settings.
 *
 * @param path where they are
 * @param attributes their values by name
 * @param settings where changes for the next start go to; empty: they cannot be changed
 */
public record Bios(String path, SortedMap<String, JsonNode> attributes, Optional<String> settings) {

    /** Copies the map. */
    public Bios {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    static Bios of(String path, JsonNode node) {
        SortedMap<String, JsonNode> attributes = new TreeMap<>();
        for (Map.Entry<String, JsonNode> attribute : node.path("Attributes").properties()) {
            attributes.put(attribute.getKey(), attribute.getValue());
        }
        String settings =
                Texts.of(node.path("@Redfish.Settings").path("SettingsObject").path("@odata.id"));
        return new Bios(path, attributes, Optional.of(settings).filter(text -> !text.isEmpty()));
    }

    /** Whether an attribute has that text already. */
    public boolean has(String attribute, String value) {
        JsonNode node = attributes.get(attribute);
        return node != null && node.asText().equals(value);
    }
}
