package io.neco.cli;

import io.neco.store.NecoStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco config set}; source: pkg/neco/cmd/config_set.go at 1eec387. */
@Command(
        description = {
            "Stores a setting of the cluster. Updaters and workers take it up at once. KEY and VALUE are",
            "  env                        test, staging or prod",
            "  slack, proxy, node-proxy   a URL such as http://10.0.49.3:3128",
            "  check-update-interval, worker-timeout",
            "                             a duration such as 10m or 1h30m",
            "  external-ip-address-block, lb-address-block-default, lb-address-block-bastion, lb-address-block-internet",
            "                             an IPv4 network such as 10.72.32.0/20",
            "  github-token               a token; better taken from the environment variable GITHUB_TOKEN",
            "  quay-username              no VALUE: taken from the environment variable QUAY_USER",
            "  quay-password              no VALUE: taken from the environment variable QUAY_PASSWORD"
        })
final class ConfigSetCommand implements NecoCommand {
    private final Surroundings surroundings;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KEY",
            completionCandidates = ConfigKeys.All.class,
            description = "the setting")
    private @Nullable String key;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "VALUE", description = "its value")
    private List<String> values = new ArrayList<>();

    ConfigSetCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        if (key == null) {
            throw Arguments.wrongNumber(1, 0);
        }
        ConfigSetting setting = ConfigKeys.find(key, ConfigSetting.names());
        String stored = setting.toStored(value(setting));
        try (NecoStore store = surroundings.cluster().open()) {
            store.putConfig(setting.key(), stored);
            return ExitCode.OK;
        }
    }

    private String value(ConfigSetting setting) {
        if (setting.variable().isPresent()) {
            requireValues(0);
            return fromEnvironment(setting.variable().get(), setting);
        }
        if (setting == ConfigSetting.GITHUB_TOKEN && values.isEmpty()) {
            return fromEnvironment("GITHUB_TOKEN", setting);
        }
        requireValues(1);
        return values.get(0);
    }

    private void requireValues(int count) {
        if (values.size() != count) {
            throw Arguments.wrongNumber(1 + count, 1 + values.size());
        }
    }

    private String fromEnvironment(String variable, ConfigSetting setting) {
        String value = surroundings.environment().get(variable);
        if (value == null) {
            throw new IllegalArgumentException(
                    "the environment variable " + variable + " is not set; " + setting.option()
                            + " is taken from it, so that the value does not show up in the list of processes");
        }
        return IntactText.require(value, "the environment variable " + variable);
    }
}
