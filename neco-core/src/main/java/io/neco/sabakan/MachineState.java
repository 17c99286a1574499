package io.neco.sabakan;

import java.util.Locale;

/** Where a machine stands in its life; source: https://github.com/cybozu-go/sabakan/blob/v2.13.0/docs/lifecycle.md. */
public enum MachineState {
    /** Registered, or just updated: not known to work yet. */
    UNINITIALIZED,
    /** Works. */
    HEALTHY,
    /** Answers, but something is wrong with it. */
    UNHEALTHY,
    /** Does not answer. */
    UNREACHABLE,
    /** Being updated. */
    UPDATING,
    /** Leaves the data centre; its disks are not made unreadable yet. */
    RETIRING,
    /** Left the data centre; its disks are unreadable. */
    RETIRED;

    /**
     * The state of that name.
     *
     * @param text in capitals, as in GraphQL, or in small letters, as in the REST API
     * @throws IllegalArgumentException when there is no such state; the message names it
     */
    public static MachineState of(String text) {
        for (MachineState state : values()) {
            if (state.name().equalsIgnoreCase(text)) {
                return state;
            }
        }
        throw new IllegalArgumentException("no such machine state: " + text);
    }

    /** The name in small letters, as the REST API and log lines have it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
