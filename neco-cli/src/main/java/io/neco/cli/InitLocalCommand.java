package io.neco.cli;

import io.neco.host.Identity;
import io.neco.host.Systemd;
import io.neco.setup.BootProgram;
import io.neco.setup.LocalInit;
import io.neco.setup.Privileges;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco init-local}; source: pkg/neco/cmd/init_local.go at 1eec387. */
@Command(
        description = {
            "Introduces a program to this boot server, as root: its certificate for etcd from Vault, its data directory, its",
            "services. Run it on each boot server after `neco init NAME`. NAME is etcdpasswd, sabakan or cke.",
            "Vault is used with the token of the environment variable VAULT_TOKEN; without it, name and password of Vault's",
            "userpass method are asked for. May be repeated; that renews the certificate."
        })
final class InitLocalCommand implements LoggingCommand {
    private final Surroundings surroundings;
    private final VaultAccess vaults;

    @Parameters(arity = "0..*", paramLabel = "NAME", completionCandidates = Names.class, description = "the program")
    private List<String> parameters = new ArrayList<>();

    InitLocalCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.vaults = new VaultAccess(surroundings);
    }

    @Override
    public int run() throws IOException, InterruptedException {
        BootProgram program = Programs.find(Programs.only(parameters), BootProgram.ids());
        Privileges.requireRoot(surroundings.root(), "neco init-local must be run as root");
        int lrn = new Identity(surroundings.files()).logicalRackNumber();
        return run(program, vaults.of(lrn));
    }

    int run(BootProgram program, VaultClient vault) throws IOException, InterruptedException {
        new LocalInit(surroundings.files(), new Systemd(surroundings.commands(), surroundings.files()))
                .run(program, vault)
                .forEach(surroundings.out()::println);
        return ExitCode.OK;
    }

    /** What can be introduced to a boot server. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return BootProgram.ids().iterator();
        }
    }
}
