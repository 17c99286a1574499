package io.neco.setup;

import java.util.Arrays;

/** The phases of setup, in their order. */
enum SetupPhase {
    /** Images, and tools on the host. */
    TOOLS("tools"),
    /** First certificates from the temporary Vault. */
    BOOTSTRAP_CERTIFICATES("bootstrap-certificates"),
    /** etcd's first start. */
    ETCD("etcd"),
    /** Vault's first start. */
    VAULT("vault"),
    /** Certificates for good. */
    CERTIFICATES("certificates"),
    /** Registration, and waiting for all servers. */
    REGISTER("register"),
    /** Restart with the new certificates. */
    RESTART("restart"),
    /** Waiting for everybody's restart. */
    AWAIT_RESTARTS("await-restarts"),
    /** First update request, and authentication; on the leader. */
    REQUEST("request"),
    /** Neco's own services. */
    SERVICES("services");

    private final String text;

    SetupPhase(String text) {
        this.text = text;
    }

    /** Its name in logs and in the journal. */
    String text() {
        return text;
    }

    /** Whether no server of the cluster can be complete while this one is in the phase: the last barrier needs it. */
    boolean isBeforeCompletion() {
        return compareTo(AWAIT_RESTARTS) < 0;
    }

    /** Whether the other servers do not need this one's etcd yet. */
    boolean isBeforeBarrier() {
        return compareTo(RESTART) < 0;
    }

    /** The same for a name; one that is not known may be any. */
    static boolean isBeforeCompletion(String text) {
        return Arrays.stream(values()).anyMatch(phase -> phase.text.equals(text) && phase.isBeforeCompletion());
    }
}
