package io.neco.cli;

import io.neco.store.SecretKey;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code neco bmc config get …}; source: pkg/neco/cmd/bmc_config_get.go at 1eec387. */
@Command(
        description =
                "Shows what `neco bmc config set` has stored. Everybody who may read /etc/neco/etcd.key can do this.")
final class BmcConfigGetCommand implements NecoCommand {
    private final Surroundings surroundings;
    private final SecretKey key;

    BmcConfigGetCommand(Surroundings surroundings, SecretKey key) {
        this.surroundings = surroundings;
        this.key = key;
    }

    @Override
    public int run() throws IOException {
        String name = key.key().substring(key.key().indexOf('/') + 1);
        return Secrets.print(surroundings, key, name + " is not set (`neco bmc config set " + name + "`)");
    }
}
