package io.neco.dctest.sabakan;

import io.neco.dctest.json.Json;
import io.neco.dctest.storage.Entries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Ignition templates by role and ID. Source: sabakan v2.13.0, docs/api.md and docs/ignition_template.md. */
final class Ignitions {
    /** The largest template in bytes. */
    static final int MAX_SIZE = 2 << 20;
    /** How many are kept of a role; those with the lowest IDs make way. */
    static final int MAX_TEMPLATES = 10;

    private static final String PREFIX = "ignitions/";

    private final Entries entries;
    private final Settings settings;

    Ignitions(Entries entries, Settings settings) {
        this.entries = entries;
        this.settings = settings;
    }

    /** IDs in ascending order. */
    List<String> ids(String role) {
        String prefix = PREFIX + role + "/";
        return entries.keys(prefix).stream()
                .map(key -> new IgnitionId(key.substring(prefix.length())))
                .sorted()
                .map(IgnitionId::text)
                .toList();
    }

    Map<String, Object> get(String role, String id) throws ApiException {
        return Documents.object(
                entries.get(key(role, id)).orElseThrow(ApiException::notFound).value());
    }

    private static String key(String role, String id) {
        return PREFIX + role + "/" + id;
    }

    /**
     * Enters a template, after a trial.
     *
     * @throws ApiException 400 if it cannot be rendered, 409 if the ID is taken
     */
    void put(String role, String id, Map<String, Object> given) throws ApiException {
        Map<String, Object> template = new LinkedHashMap<>();
        template.put("version", String.valueOf(given.get("version")));
        template.put("template", given.get("template"));
        template.put("meta", given.get("meta"));
        try {
            settings.ipam();
        } catch (ApiException e) {
            throw ApiException.badRequest("invalid template: IPAMConfig is not set");
        }
        new TemplateTrial(template).run();
        byte[] text = Json.bytes(template);
        String key = key(role, id);
        if (!entries.commit(Map.of(key, Entries.ABSENT), Map.of(key, text), Set.of())) {
            throw ApiException.conflict();
        }
        List<String> ids = new ArrayList<>(ids(role));
        while (ids.size() > MAX_TEMPLATES) {
            entries.commit(Map.of(), Map.of(), Set.of(key(role, ids.remove(0))));
        }
    }

    void delete(String role, String id) throws ApiException {
        if (entries.get(key(role, id)).isEmpty()) {
            throw ApiException.notFound();
        }
        entries.commit(Map.of(), Map.of(), Set.of(key(role, id)));
    }
}
