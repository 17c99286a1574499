package io.neco.store;

/** What one worker uploads for all; source: storage/keys.go at 1eec387. */
public enum ContentsKey {
    /** What sabakan serves: OS image, assets, ignitions. */
    SABAKAN("contents/sabakan"),
    /** CKE's images. */
    CKE("contents/cke"),
    /** sabakan's DHCP settings. */
    DHCP_JSON("contents/dhcp.json"),
    /** CKE's cluster template. */
    CKE_TEMPLATE("contents/cke-template"),
    /** Kubernetes resources. */
    USER_RESOURCES("contents/user-resources");

    private final String key;

    ContentsKey(String key) {
        this.key = key;
    }

    /** The key, without the prefix. */
    public String key() {
        return key;
    }
}
