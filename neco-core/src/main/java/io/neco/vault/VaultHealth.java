package io.neco.vault;

/**
 * What Vault says of itself.
 *
 * @param isInitialized whether it has been initialised
 * @param isSealed whether it is sealed
 * @param isStandby whether another server is active
 */
public record VaultHealth(boolean isInitialized, boolean isSealed, boolean isStandby) {

    /** One word for messages: uninitialized, sealed, standby or active. */
    public String state() {
        if (!isInitialized) {
            return "uninitialized";
        }
        if (isSealed) {
            return "sealed";
        }
        return isStandby ? "standby" : "active";
    }
}
