package io.neco.dctest.vault.core;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.engine.EntryStore;
import io.neco.dctest.vault.policy.AccessList;
import io.neco.dctest.vault.policy.Policy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Policies by name. Parsed ones are kept in memory, which is right because only the active server changes them. */
final class PolicyStore {
    /** What every token may do that was not made without it. */
    static final String DEFAULT_TEXT = """
            # What nearly every token may do: look after itself.
            path "auth/token/lookup-self" {
              capabilities = ["read"]
            }
            path "auth/token/renew-self" {
              capabilities = ["update"]
            }
            path "auth/token/revoke-self" {
              capabilities = ["update"]
            }
            path "sys/capabilities-self" {
              capabilities = ["update"]
            }
            path "sys/internal/ui/resultant-acl" {
              capabilities = ["read"]
            }
            path "cubbyhole/*" {
              capabilities = ["create", "read", "update", "delete", "list"]
            }
            """;

    private static final String ROOT = "root";
    private static final String DEFAULT = "default";

    private final EntryStore store;
    private final Map<String, Policy> parsed = new ConcurrentHashMap<>();

    PolicyStore(EntryStore store) {
        this.store = store;
    }

    /** Everything a token with these policies may do; names without a policy give nothing. */
    AccessList accessList(Collection<String> names) {
        if (names.contains(ROOT)) {
            return AccessList.root();
        }
        return AccessList.of(names.stream().flatMap(name -> get(name).stream()).toList());
    }

    Optional<Policy> get(String name) {
        if (name.equals(ROOT)) {
            return Optional.of(new Policy(ROOT, "", List.of()));
        }
        Policy known = parsed.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<String> text = store.get(name).map(entry -> new Fields(entry).text("policy"));
        if (text.isEmpty() && name.equals(DEFAULT)) {
            text = Optional.of(DEFAULT_TEXT);
        }
        Optional<Policy> policy = text.map(t -> Policy.parse(name, t));
        policy.ifPresent(p -> parsed.put(name, p));
        return policy;
    }

    /** @throws ApiException if the policy is malformed or may not be changed */
    void put(String name, String text) {
        if (name.equals(ROOT)) {
            throw ApiException.badRequest("cannot update \"root\" policy");
        }
        Policy policy;
        try {
            policy = Policy.parse(name, text);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("failed to parse policy: " + e.getMessage());
        }
        store.put(name, Map.of("policy", text));
        parsed.put(name, policy);
    }

    /** @throws ApiException if the policy may not be deleted */
    void delete(String name) {
        if (name.equals(ROOT) || name.equals(DEFAULT)) {
            throw ApiException.badRequest("cannot delete \"" + name + "\" policy");
        }
        store.delete(name);
        parsed.remove(name);
    }

    List<String> names() {
        TreeSet<String> names = new TreeSet<>(store.children(""));
        names.add(DEFAULT);
        names.add(ROOT);
        return List.copyOf(names);
    }
}
