package io.neco.setup;

import java.util.Arrays;
import java.util.Optional;

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
    /** Authentication and the first update request, for which the others wait. */
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

    /**
     * Where a setup that ended in the phase of this name can be finished: the others may wait for this server there. Empty: it has to be
     * started over. A name that is not known is of a later version, in which all servers may be complete.
     */
    static Optional<SetupPhase> finishable(String text) {
        Optional<SetupPhase> phase =
                Arrays.stream(values()).filter(p -> p.text.equals(text)).findFirst();
        if (phase.isEmpty()) {
            return Optional.of(AWAIT_RESTARTS);
        }
        if (phase.get().compareTo(REGISTER) < 0) {
            return Optional.empty();
        }
        return Optional.of(phase.get().isBeforeCompletion() ? REGISTER : AWAIT_RESTARTS);
    }
}
