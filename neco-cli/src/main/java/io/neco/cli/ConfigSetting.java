package io.neco.cli;

import io.neco.store.ConfigKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The settings of {@code neco config}: their names, checks, and what they are when unset; source: pkg/neco/cmd/config_*.go at 1eec387. */
enum ConfigSetting {
    ENV("env", ConfigKey.ENV, ConfigValue::environment),
    SLACK("slack", ConfigKey.SLACK, ConfigValue::url),
    PROXY("proxy", ConfigKey.PROXY, ConfigValue::url),
    QUAY_USERNAME("quay-username", ConfigKey.QUAY_USERNAME, "QUAY_USER"),
    QUAY_PASSWORD("quay-password", ConfigKey.QUAY_PASSWORD, "QUAY_PASSWORD"),
    CHECK_UPDATE_INTERVAL("check-update-interval", ConfigKey.CHECK_UPDATE_INTERVAL, ConfigValue::duration),
    WORKER_TIMEOUT("worker-timeout", ConfigKey.WORKER_TIMEOUT, ConfigValue::duration),
    GITHUB_TOKEN("github-token", ConfigKey.GITHUB_TOKEN, UnaryOperator.identity()),
    NODE_PROXY("node-proxy", ConfigKey.NODE_PROXY, ConfigValue::url),
    EXTERNAL_IP_ADDRESS_BLOCK(
            "external-ip-address-block", ConfigKey.EXTERNAL_IP_ADDRESS_BLOCK, ConfigValue::ipv4Network),
    LB_ADDRESS_BLOCK_DEFAULT("lb-address-block-default", ConfigKey.LB_ADDRESS_BLOCK_DEFAULT, ConfigValue::ipv4Network),
    LB_ADDRESS_BLOCK_BASTION("lb-address-block-bastion", ConfigKey.LB_ADDRESS_BLOCK_BASTION, ConfigValue::ipv4Network),
    LB_ADDRESS_BLOCK_INTERNET(
            "lb-address-block-internet", ConfigKey.LB_ADDRESS_BLOCK_INTERNET, ConfigValue::ipv4Network);

    private final String option;
    private final ConfigKey key;
    private final Optional<String> variable;
    private final UnaryOperator<String> toStored;

    ConfigSetting(String option, ConfigKey key, UnaryOperator<String> toStored) {
        this.option = option;
        this.key = key;
        this.variable = Optional.empty();
        this.toStored = toStored;
    }

    ConfigSetting(String option, ConfigKey key, String variable) {
        this.option = option;
        this.key = key;
        this.variable = Optional.of(variable);
        this.toStored = UnaryOperator.identity();
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
        return toStored.apply(value);
    }

    /**
     * The form a stored value is shown in.
     *
     * @throws IllegalArgumentException when what is stored cannot be understood
     */
    String toShown(String stored) {
        return switch (this) {
            case CHECK_UPDATE_INTERVAL, WORKER_TIMEOUT -> ConfigValue.showDuration(this, stored);
            default -> stored;
        };
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
