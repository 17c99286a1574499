package io.neco.dctest.vault.policy;

import java.util.Locale;

/** What a policy may grant on a path; {@code DENY} beats everything else. */
public enum Capability {
    CREATE,
    READ,
    UPDATE,
    DELETE,
    LIST,
    SUDO,
    PATCH,
    DENY;

    /** As written in a policy. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such capability */
    static Capability parse(String word) {
        for (Capability capability : values()) {
            if (capability.word().equals(word)) {
                return capability;
            }
        }
        throw new IllegalArgumentException("invalid capability \"" + word + "\"");
    }
}
