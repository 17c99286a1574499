package io.neco.statesetter;

import java.util.Map;
import java.util.TreeMap;

/**
 * What was found out about a machine, and why.
 *
 * @param verdict the finding
 * @param reason in words, beginning with the verdict
 * @param details that explain it, by name
 */
record Judgement(Verdict verdict, String reason, Map<String, Object> details) {
    /** Copies the map. */
    Judgement {
        details = Map.copyOf(details);
    }

    static Judgement of(Verdict verdict, String reason) {
        return new Judgement(verdict, reason, Map.of());
    }

    Judgement with(String name, Object value) {
        Map<String, Object> more = new TreeMap<>(details);
        more.put(name, value);
        return new Judgement(verdict, reason, more);
    }
}
