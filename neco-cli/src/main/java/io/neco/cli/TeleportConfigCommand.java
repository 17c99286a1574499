package io.neco.cli;

import io.neco.host.BootServer;
import io.neco.host.FileMode;
import io.neco.host.Identity;
import io.neco.host.Site;
import io.neco.host.Systemd;
import io.neco.program.teleport.TeleportProgram;
import io.neco.setup.Privileges;
import io.neco.store.NecoReader;
import io.neco.store.SecretKey;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code neco teleport config}; source: pkg/neco/cmd/teleport_config.go at 1eec387. */
@Command(
        description = {
            "Lets administrators log in to this boot server through Teleport: writes " + TeleportProgram.CONFIG_FILE
                    + " with the token of",
            "`neco init teleport`, and restarts " + TeleportProgram.SERVICE
                    + ".service. Run it as root on each boot server."
        })
final class TeleportConfigCommand implements LoggingCommand {
    private final Surroundings surroundings;

    TeleportConfigCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        Privileges.requireRoot(surroundings.root(), "run as root");
        String token = token();
        int lrn = new Identity(surroundings.files()).logicalRackNumber();
        String address = new BootServer(Site.load(surroundings.root())).node0(lrn);
        surroundings
                .files()
                .write(TeleportProgram.CONFIG_FILE, TeleportProgram.config(token, address), FileMode.PRIVATE);
        new Systemd(surroundings.commands(), surroundings.files()).restartService(TeleportProgram.SERVICE);
        return ExitCode.OK;
    }

    private String token() throws IOException {
        try (NecoReader reader = surroundings.cluster().read()) {
            Optional<String> token = reader.secret(SecretKey.TELEPORT_AUTH_TOKEN);
            if (token.isEmpty()) {
                throw new IOException(
                        "not found: there is no token for Teleport in etcd; run `neco init teleport` once");
            }
            if (token.get().isEmpty()) {
                throw new IOException("no teleport token is found: " + SecretKey.TELEPORT_AUTH_TOKEN.key()
                        + " in etcd is empty; run `neco init teleport`");
            }
            return token.get();
        }
    }
}
