package io.neco.cli;

import io.neco.store.ConfigKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The settings of {@code neco config}: their names, checks, and what they are when unset; source: pkg/neco/cmd/config_*.go at 1eec387. */
enum ConfigSetting {
    ENV("env", ConfigKey.ENV, Kind.ENVIRONMENT),
    SLACK("slack", ConfigKey.SLACK, Kind.WEBHOOK),
    PROXY("proxy", ConfigKey.PROXY, Kind.PROXY),
    QUAY_USERNAME("quay-username", ConfigKey.QUAY_USERNAME, "QUAY_USER"),
    QUAY_PASSWORD("quay-password", ConfigKey.QUAY_PASSWORD, "QUAY_PASSWORD"),
    CHECK_UPDATE_INTERVAL("check-update-interval", ConfigKey.CHECK_UPDATE_INTERVAL, Kind.DURATION),
    WORKER_TIMEOUT("worker-timeout", ConfigKey.WORKER_TIMEOUT, Kind.DURATION),
    GITHUB_TOKEN("github-token", ConfigKey.GITHUB_TOKEN, Kind.TOKEN),
    NODE_PROXY("node-proxy", ConfigKey.NODE_PROXY, Kind.URL),
    EXTERNAL_IP_ADDRESS_BLOCK("external-ip-address-block", ConfigKey.EXTERNAL_IP_ADDRESS_BLOCK, Kind.NETWORK),
    LB_ADDRESS_BLOCK_DEFAULT("lb-address-block-default", ConfigKey.LB_ADDRESS_BLOCK_DEFAULT, Kind.NETWORK),
    LB_ADDRESS_BLOCK_BASTION("lb-address-block-bastion", ConfigKey.LB_ADDRESS_BLOCK_BASTION, Kind.NETWORK),
    LB_ADDRESS_BLOCK_INTERNET("lb-address-block-internet", ConfigKey.LB_ADDRESS_BLOCK_INTERNET, Kind.NETWORK);

    /** What values look like. */
    private enum Kind {
        ENVIRONMENT,
        URL,
        PROXY,
        WEBHOOK,
        DURATION,
        NETWORK,
        TOKEN,
        TEXT
    }

    private final String option;
    private final ConfigKey key;
    private final Optional<String> variable;
    private final Kind kind;

    ConfigSetting(String option, ConfigKey key, Kind kind) {
        this.option = option;
        this.key = key;
        this.variable = Optional.empty();
        this.kind = kind;
    }

    ConfigSetting(String option, ConfigKey key, String variable) {
        this.option = option;
        this.key = key;
        this.variable = Optional.of(variable);
        this.kind = Kind.TEXT;
    }

    /** The setting called {@code name} on the command line. */
    static Optional<ConfigSetting> find(String name) {
        return Arrays.stream(values()).filter(s -> s.option.equals(name)).findFirst();
    }

    /** Names of all settings. */
    static List<String> names() {
        return Arrays.stream(values()).map(s -> s.option).toList();
    }

    /** Names of the settings {@code config get} shows. */
    static List<String> readableNames() {
        return Arrays.stream(values())
                .filter(ConfigSetting::isReadable)
                .map(s -> s.option)
                .toList();
    }

    /** Its name on the command line. */
    String option() {
        return option;
    }

    /** Where it is stored. */
    ConfigKey key() {
        return key;
    }

    /** The environment variable its value is taken from, so that it does not show up in lists of processes. */
    Optional<String> variable() {
        return variable;
    }

    /** Whether {@code config get} shows it. */
    boolean isReadable() {
        return this != QUAY_PASSWORD;
    }

    /**
     * The form a value is stored in.
     *
     * @throws IllegalArgumentException when the value is not allowed
     */
    String toStored(String value) {
        return switch (kind) {
            case ENVIRONMENT -> ConfigValue.environment(value);
            case URL -> ConfigValue.url(value);
            case PROXY -> ConfigValue.proxy(value);
            case WEBHOOK -> ConfigValue.webhook(value);
            case DURATION -> ConfigValue.duration(value);
            case NETWORK -> ConfigValue.ipv4Network(value);
            case TOKEN -> ConfigValue.token(value);
            case TEXT -> value;
        };
    }

    /**
     * The form a stored value is shown in.
     *
     * @throws IllegalArgumentException when what is stored cannot be understood
     */
    String toShown(String stored) {
        return kind == Kind.DURATION ? ConfigValue.showDuration(this, stored) : stored;
    }

    /** What is shown when nothing is stored; empty: that is an error. */
    Optional<String> fallback() {
        return switch (this) {
            case ENV -> Optional.of("none");
            case CHECK_UPDATE_INTERVAL -> Optional.of("1m0s");
            case WORKER_TIMEOUT -> Optional.of("1h0m0s");
            default -> Optional.empty();
        };
    }
}
