package io.neco.redfish;

/** What a computer system can be told about its power; source: DMTF's schema Resource.ResetType. */
public enum ResetType {
    /** Turn it on. */
    ON("On"),
    /** Turn it off at once. */
    FORCE_OFF("ForceOff"),
    /** Turn it off at once and on again. */
    FORCE_RESTART("ForceRestart");

    private final String word;

    ResetType(String word) {
        this.word = word;
    }

    /** Redfish's word. */
    public String word() {
        return word;
    }
}
