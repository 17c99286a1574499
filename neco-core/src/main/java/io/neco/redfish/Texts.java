package io.neco.redfish;

import com.fasterxml.jackson.databind.JsonNode;

/** Texts in the answers of a management controller: DMTF's schemas let most of them be null, which is no text of four letters. */
final class Texts {
    private Texts() {}

    /** The text; empty when it is null, absent, or none. */
    static String of(JsonNode node) {
        return node.isTextual() ? node.asText() : "";
    }
}
