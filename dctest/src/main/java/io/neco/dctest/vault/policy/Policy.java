package io.neco.dctest.vault.policy;

import io.neco.dctest.vault.config.Hcl;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A named set of rules.
 *
 * @param text as it was written
 * @param rules one per path block, in order
 */
public record Policy(String name, String text, List<Rule> rules) {

    /**
     * Capabilities on the paths that a pattern matches.
     *
     * @param pattern a path; {@code *} at its end stands for any rest, {@code +} for one segment
     */
    public record Rule(String pattern, Set<Capability> capabilities) {}

    /**
     * Parses a policy.
     *
     * @throws IllegalArgumentException with the line, if it is malformed
     */
    public static Policy parse(String name, String text) {
        Hcl.Body body = Hcl.parse(text);
        List<Rule> rules = new ArrayList<>();
        for (String attribute : body.attributes().keySet()) {
            if (!attribute.equals("name")) {
                throw new IllegalArgumentException("invalid key \"" + attribute + "\"");
            }
        }
        for (Hcl.Block block : body.blocks()) {
            if (!block.type().equals("path") || block.labels().size() != 1) {
                throw new IllegalArgumentException("line " + block.line() + ": expected path \"PATTERN\" { ... }");
            }
            rules.add(rule(block));
        }
        return new Policy(name, text, List.copyOf(rules));
    }

    private static Rule rule(Hcl.Block block) {
        String pattern = block.labels().get(0).replaceFirst("^/", "");
        if (pattern.contains("+*")) {
            throw new IllegalArgumentException(
                    "path \"" + pattern + "\": invalid use of wildcards ('+*' is forbidden)");
        }
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        Object list = block.body().attributes().get("capabilities");
        if (list instanceof List<?> words) {
            for (Object word : words) {
                capabilities.add(parse(pattern, word));
            }
        } else if (list != null) {
            throw new IllegalArgumentException("path \"" + pattern + "\": capabilities is not a list");
        }
        block.body().text("policy").ifPresent(old -> capabilities.addAll(oldStyle(pattern, old)));
        if (capabilities.contains(Capability.DENY)) {
            capabilities.retainAll(Set.of(Capability.DENY));
        }
        return new Rule(pattern, capabilities);
    }

    private static Capability parse(String pattern, Object word) {
        try {
            return Capability.parse(String.valueOf(word));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("path \"" + pattern + "\": " + e.getMessage(), e);
        }
    }

    private static Set<Capability> oldStyle(String pattern, String word) {
        return switch (word) {
            case "deny" -> EnumSet.of(Capability.DENY);
            case "read" -> EnumSet.of(Capability.READ, Capability.LIST);
            case "write" ->
                EnumSet.of(Capability.CREATE, Capability.READ, Capability.UPDATE, Capability.DELETE, Capability.LIST);
            case "sudo" ->
                EnumSet.of(
                        Capability.CREATE,
                        Capability.READ,
                        Capability.UPDATE,
                        Capability.DELETE,
                        Capability.LIST,
                        Capability.SUDO);
            default -> throw new IllegalArgumentException("path \"" + pattern + "\": invalid policy \"" + word + "\"");
        };
    }
}
