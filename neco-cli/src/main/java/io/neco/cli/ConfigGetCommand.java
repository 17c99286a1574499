package io.neco.cli;

import io.neco.store.NecoReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco config get}; source: pkg/neco/cmd/config_get.go at 1eec387. */
@Command(
        description = {
            "Shows a setting of the cluster. KEY is one of",
            "  env                        environment: none (the default), test, staging or prod",
            "  slack                      Slack webhook for notifications",
            "  proxy                      HTTP proxy of the boot servers",
            "  quay-username              user for private images",
            "  check-update-interval      how often to look for a release (default 1m0s)",
            "  worker-timeout             how long an update may go without progress (default 1h0m0s)",
            "  github-token               token for GitHub's API",
            "  node-proxy                 HTTP proxy of the nodes",
            "  external-ip-address-block  addresses reachable from outside",
            "  lb-address-block-default, lb-address-block-bastion, lb-address-block-internet",
            "                             addresses of load balancers"
        })
final class ConfigGetCommand implements NecoCommand {
    private final Surroundings surroundings;

    @Parameters(
            arity = "0..*",
            paramLabel = "KEY",
            completionCandidates = ConfigKeys.Shown.class,
            description = "the setting")
    private List<String> parameters = new ArrayList<>();

    ConfigGetCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        String name = Arguments.one(parameters);
        ConfigSetting setting = ConfigKeys.find(name, ConfigSetting.readableNames());
        try (NecoReader reader = surroundings.cluster().read()) {
            Optional<String> shown =
                    reader.config(setting.key()).map(setting::toShown).or(setting::fallback);
            if (shown.isEmpty()) {
                throw new IOException("not found: " + name + " is not set");
            }
            surroundings.out().println(shown.get());
            return ExitCode.OK;
        }
    }
}
