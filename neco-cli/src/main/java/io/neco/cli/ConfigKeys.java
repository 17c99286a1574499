package io.neco.cli;

import java.util.Iterator;
import java.util.List;

/** Names of settings, for completion and for messages. */
final class ConfigKeys {
    /** Values of the setting {@code env}, for completion. */
    static final List<String> ENVIRONMENTS = List.of("test", "staging", "prod");

    private ConfigKeys() {}

    /** The setting called {@code name} if {@code allowed} has it, else an error that lists what is allowed. */
    static ConfigSetting find(String name, List<String> allowed) {
        if (!allowed.contains(name)) {
            throw new IllegalArgumentException("unknown key: " + name
                    + (name.equals(ConfigSetting.QUAY_PASSWORD.option())
                            ? " (a secret; it can be set, not shown)"
                            : " (known: " + String.join(", ", allowed) + ")"));
        }
        return ConfigSetting.find(name).orElseThrow();
    }

    /** What {@code config get} shows. */
    static final class Shown implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ConfigSetting.readableNames().iterator();
        }
    }

    /** What {@code config set} stores. */
    static final class All implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ConfigSetting.names().iterator();
        }
    }
}
