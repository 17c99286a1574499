package io.neco.dctest.vault.policy;

import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the holder of several policies may do. For a path only the most specific pattern counts; capabilities that
 * different policies give to the same pattern add up, unless one denies.
 *
 * <p>Source: developer.hashicorp.com/vault/docs/concepts/policies, "Policy syntax" and "Priority matching".
 */
public final class AccessList {
    private static final Comparator<String> PRIORITY = Comparator.comparingInt(AccessList::firstWildcard)
            .thenComparing(pattern -> !pattern.endsWith("*"))
            .thenComparing(pattern -> -pattern.chars().filter(c -> c == '+').count())
            .thenComparingInt(String::length)
            .thenComparing(Comparator.naturalOrder());

    private final boolean root;
    private final Map<String, Set<Capability>> exact = new LinkedHashMap<>();
    private final Map<String, Set<Capability>> patterns = new LinkedHashMap<>();

    private AccessList(boolean root, Collection<Policy> policies) {
        this.root = root;
        for (Policy policy : policies) {
            for (Policy.Rule rule : policy.rules()) {
                boolean wild = rule.pattern().endsWith("*") || hasSegmentWildcard(rule.pattern());
                (wild ? patterns : exact).merge(rule.pattern(), copy(rule.capabilities()), AccessList::join);
            }
        }
    }

    /** May do everything. */
    public static AccessList root() {
        return new AccessList(true, Set.of());
    }

    /** May do what the policies grant. */
    public static AccessList of(Collection<Policy> policies) {
        return new AccessList(false, policies);
    }

    /** Whether everything is allowed. */
    public boolean isRoot() {
        return root;
    }

    /**
     * Decides on an operation.
     *
     * @param path without a slash at its beginning; for a list it ends with one
     * @param sudo whether the path is one of those that need {@link Capability#SUDO} too
     */
    public boolean allows(Capability operation, String path, boolean sudo) {
        if (root) {
            return true;
        }
        Set<Capability> granted = granted(path, operation == Capability.LIST);
        return granted.contains(operation) && (!sudo || granted.contains(Capability.SUDO));
    }

    /** The capabilities on a path, {@code DENY} alone when there are none. */
    public Set<Capability> capabilities(String path) {
        Set<Capability> granted = granted(path, true);
        return granted.isEmpty() || granted.contains(Capability.DENY) ? EnumSet.of(Capability.DENY) : granted;
    }

    private Set<Capability> granted(String path, boolean list) {
        String bare = list && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        Set<Capability> rule = exact.get(path);
        if (rule == null && list) {
            rule = exact.get(bare);
        }
        if (rule != null) {
            return copy(rule);
        }
        Optional<Set<Capability>> match = bestMatch(bare).or(() -> bestMatch(path));
        return copy(match.orElse(Set.of()));
    }

    private Optional<Set<Capability>> bestMatch(String path) {
        return patterns.keySet().stream()
                .filter(pattern -> matches(pattern, path))
                .max(PRIORITY)
                .map(patterns::get);
    }

    private static boolean matches(String pattern, String path) {
        boolean prefix = pattern.endsWith("*");
        String body = prefix ? pattern.substring(0, pattern.length() - 1) : pattern;
        if (!hasSegmentWildcard(pattern)) {
            return prefix ? path.startsWith(body) : path.equals(body);
        }
        StringBuilder regex = new StringBuilder();
        for (String segment : body.split("/", -1)) {
            regex.append(regex.isEmpty() ? "" : "/");
            regex.append(segment.equals("+") ? "[^/]+" : Pattern.quote(segment));
        }
        return Pattern.matches(regex + (prefix ? ".*" : ""), path);
    }

    private static boolean hasSegmentWildcard(String pattern) {
        return ("/" + pattern + "/").contains("/+/");
    }

    private static int firstWildcard(String pattern) {
        int plus = hasSegmentWildcard(pattern) ? ("/" + pattern + "/").indexOf("/+/") : Integer.MAX_VALUE;
        int star = pattern.endsWith("*") ? pattern.length() - 1 : Integer.MAX_VALUE;
        return Math.min(plus, star);
    }

    private static Set<Capability> join(Set<Capability> a, Set<Capability> b) {
        if (a.contains(Capability.DENY) || b.contains(Capability.DENY)) {
            return EnumSet.of(Capability.DENY);
        }
        Set<Capability> both = copy(a);
        both.addAll(b);
        return both;
    }

    private static Set<Capability> copy(Set<Capability> set) {
        return set.isEmpty() ? EnumSet.noneOf(Capability.class) : EnumSet.copyOf(set);
    }
}
