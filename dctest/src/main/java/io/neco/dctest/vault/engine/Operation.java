package io.neco.dctest.vault.engine;

import io.neco.dctest.vault.policy.Capability;
import java.util.Locale;

/** What a request does; writes are updates unless the engine says that the entry does not exist yet. */
public enum Operation {
    READ(Capability.READ),
    LIST(Capability.LIST),
    CREATE(Capability.CREATE),
    UPDATE(Capability.UPDATE),
    DELETE(Capability.DELETE);

    private final Capability capability;

    Operation(Capability capability) {
        this.capability = capability;
    }

    /** What a token needs. */
    public Capability capability() {
        return capability;
    }

    /** Whether this creates or updates. */
    public boolean isWrite() {
        return this == CREATE || this == UPDATE;
    }

    /** As it stands in audit records. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
