package io.neco.store;

/** The settings below {@code config/}; source: storage/keys.go at 1eec387, docs/etcd-schema.md. */
public enum ConfigKey {
    /** Environment: none (absent), test, staging or prod. */
    ENV("config/env"),
    /** Slack webhook. */
    SLACK("config/notification/slack"),
    /** Proxy of this cluster's boot servers. */
    PROXY("config/proxy"),
    /** User for private images. */
    QUAY_USERNAME("config/quay-username"),
    /** Password for private images; a secret. */
    QUAY_PASSWORD("config/quay-password"),
    /** How often the updater looks for releases, in nanoseconds. */
    CHECK_UPDATE_INTERVAL("config/check-update-interval"),
    /** How long an update may go without progress, in nanoseconds. */
    WORKER_TIMEOUT("config/worker-timeout"),
    /** Token for GitHub; a secret. */
    GITHUB_TOKEN("config/github-token"),
    /** Proxy of the nodes. */
    NODE_PROXY("config/node-proxy"),
    /** Addresses reachable from outside. */
    EXTERNAL_IP_ADDRESS_BLOCK("config/external-ip-address-block"),
    /** Load balancer addresses, default pool. */
    LB_ADDRESS_BLOCK_DEFAULT("config/lb-address-block-default"),
    /** Load balancer addresses, bastion pool. */
    LB_ADDRESS_BLOCK_BASTION("config/lb-address-block-bastion"),
    /** Load balancer addresses, internet pool. */
    LB_ADDRESS_BLOCK_INTERNET("config/lb-address-block-internet");

    private final String key;

    ConfigKey(String key) {
        this.key = key;
    }

    /** The key, without the prefix. */
    public String key() {
        return key;
    }
}
