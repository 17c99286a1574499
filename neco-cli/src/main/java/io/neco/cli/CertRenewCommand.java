package io.neco.cli;

import io.neco.container.ContainerRuntime;
import io.neco.host.Identity;
import io.neco.host.Site;
import io.neco.host.Systemd;
import io.neco.log.Logging;
import io.neco.setup.BootCertificate;
import io.neco.setup.CertificateRenewal;
import io.neco.setup.DockerTools;
import io.neco.setup.HostNetwork;
import io.neco.setup.Privileges;
import io.neco.setup.RackNumbers;
import io.neco.setup.VaultReload;
import io.neco.store.EtcdStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neco cert renew}, which the reference does not have; see docs/certificates.md. */
@Command(
        description = {
            "Gives this boot server new certificates from Vault, as root, and restarts what uses them; etcd and Vault only if they do",
            "not read them anew, and while the cluster can do without this server's. NAME is one of `neco cert list`; without any, all",
            "of them are renewed.",
            "Vault is used with the token of the environment variable VAULT_TOKEN; without it, name and password of Vault's",
            "userpass method are asked for. May be repeated. Run it on one server after the other."
        })
final class CertRenewCommand implements LoggingCommand {
    private final Surroundings surroundings;

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "the certificate")
    private List<String> names = new ArrayList<>();

    @Option(names = "--dry-run", description = "only say what would be done; Vault is not asked")
    private boolean isDryRun;

    @Option(
            names = "--force",
            description = "also while an update is running, and although no other Vault can take over")
    private boolean isForced;

    @Option(
            names = "--vault",
            paramLabel = "LRN",
            description = "use the Vault of that boot server instead of this one's")
    private @Nullable String vaultServer;

    CertRenewCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        if (!isDryRun) {
            Privileges.requireRoot(surroundings.root(), "neco cert renew must be run as root");
        }
        VaultAccess vaults = new VaultAccess(surroundings);
        Site site = Site.load(surroundings.root());
        try (ContainerRuntime docker = ContainerRuntime.local(surroundings.files(), site)) {
            CertificateRenewal renewal = new CertificateRenewal(
                    surroundings.files(),
                    new Systemd(surroundings.commands(), surroundings.files()),
                    HostNetwork.local(),
                    site,
                    Logging.hostName(),
                    vaults,
                    VaultReload.bySignal(surroundings.files(), new DockerTools(docker)),
                    EtcdStore::open);
            List<BootCertificate> chosen = choose(renewal);
            if (isDryRun) {
                renewal.plan(chosen).forEach(surroundings.out()::println);
                return ExitCode.OK;
            }
            renewal.run(chosen, vaults.of(vaultLrn()), isForced, line -> {
                surroundings.out().println(line);
                surroundings.out().flush();
            });
            return ExitCode.OK;
        }
    }

    private List<BootCertificate> choose(CertificateRenewal renewal) throws IOException {
        try {
            List<BootCertificate> chosen = renewal.choose(names);
            if (chosen.isEmpty()) {
                throw new IOException("this server has no certificates yet; `neco setup` or `neco join` makes them");
            }
            return chosen;
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private int vaultLrn() throws IOException {
        if (vaultServer == null) {
            return new Identity(surroundings.files()).logicalRackNumber();
        }
        try {
            return RackNumbers.parse(vaultServer);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--vault: " + e.getMessage());
        }
    }

    /** What can be renewed. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return BootCertificate.everyOne().stream()
                    .map(BootCertificate::name)
                    .iterator();
        }
    }
}
