package io.neco.setup;

import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.Systemd;
import io.neco.program.vault.VaultCa;
import io.neco.vault.Certificate;
import io.neco.vault.CertificateRequest;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Introduces a program to this boot server: certificate for etcd, directories, services. May be repeated.
 *
 * <p>Source: pkg/neco/cmd/init_local.go at 1eec387.
 */
public final class LocalInit {
    private static final Logger log = LoggerFactory.getLogger(LocalInit.class);

    private final HostFiles files;
    private final Systemd systemd;

    /**
     * @param files this host's files
     * @param systemd this host's services
     */
    public LocalInit(HostFiles files, Systemd systemd) {
        this.files = files;
        this.systemd = systemd;
    }

    /**
     * Issues a certificate, even if there is one already, and starts what needs it.
     *
     * @param vault a client whose token may issue certificates
     * @return what was done, one sentence each
     * @throws IOException when Vault refuses, a file cannot be written, or a service cannot be started; what was done before stays
     */
    public List<String> run(BootProgram program, VaultClient vault) throws IOException, InterruptedException {
        try (SetupLock lock = SetupLock.take(files)) {
            log.atDebug().addKeyValue("lock", lock).log("init-local: locked");
            return introduce(program, vault);
        }
    }

    private List<String> introduce(BootProgram program, VaultClient vault) throws IOException, InterruptedException {
        List<String> done = new ArrayList<>();
        CertificateFiles certificate = program.certificate();
        boolean isRenewal = files.exists(certificate.certificate());
        Certificate issued =
                vault.issue(VaultCa.ETCD_CLIENT.mount(), VaultCa.SYSTEM_ROLE, CertificateRequest.client(program.id()));
        certificate.write(files, issued);
        done.add((isRenewal ? "renewed " : "wrote ") + certificate.certificate() + " and " + certificate.key());
        for (String directory : program.directories()) {
            if (!files.exists(directory)) {
                files.createDirectory(directory, FileMode.EXECUTABLE);
                done.add("created " + directory);
            }
        }
        for (String service : program.services()) {
            start(service, certificate);
            done.add("enabled and started " + service + ".service");
        }
        return done;
    }

    private void start(String service, CertificateFiles certificate) throws IOException, InterruptedException {
        String unit = service + ".service";
        if (!systemd.isInstalled(unit)) {
            throw new IOException(certificate.certificate() + " is in place, but " + unit
                    + " is not installed yet; neco-worker installs programs with every update, so wait until the running one"
                    + " has ended (`neco status --watch`), then run this command again");
        }
        systemd.startService(service);
    }
}
