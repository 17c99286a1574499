package io.neco.store;

/** The elections of Neco; source: storage/keys.go at 1eec387. */
public enum ElectionName {
    /** Who drives updates. */
    UPDATER("leader/updater/"),
    /** Which worker may do what only one may do at a time. */
    WORKER("leader/worker/"),
    /** Which sabakan-state-setter acts. */
    SABAKAN_STATE_SETTER("leader/sabakan-state-setter/");

    private final String prefix;

    ElectionName(String prefix) {
        this.prefix = prefix;
    }

    /** The election's prefix; candidates' keys are this, another slash, and the lease in hexadecimal. */
    public String prefix() {
        return prefix;
    }
}
