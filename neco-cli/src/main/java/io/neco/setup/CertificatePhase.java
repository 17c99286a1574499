package io.neco.setup;

import io.neco.host.FileMode;
import io.neco.host.HostPaths;
import io.neco.program.etcd.EtcdBackup;
import io.neco.store.NecoConfigFile;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Certificates for ten years from the real Vault, etcd's backup, and Neco's own files; source: setup/vault.go at 1eec387. */
final class CertificatePhase {
    private static final Logger log = LoggerFactory.getLogger(CertificatePhase.class);
    static final String NECO_USER = "neco";

    private final SetupHost host;
    private final BootCluster cluster;
    private final String bastion;

    CertificatePhase(SetupHost host, BootCluster cluster, String bastion) {
        this.host = host;
        this.cluster = cluster;
        this.bastion = bastion;
    }

    void run(VaultClient vault) throws IOException, InterruptedException {
        run(vault, cluster.etcdEndpoints());
    }

    /** @param endpoints where Neco's programs of this host find etcd */
    void run(VaultClient vault, List<String> endpoints) throws IOException, InterruptedException {
        BootCertificate.Holder holder = new BootCertificate.Holder(host.hostname(), cluster.node0(), bastion);
        log.info("reissue: server cert");
        write(vault, BootCertificate.SERVER, holder);
        log.info("reissue: etcd peer cert");
        write(vault, BootCertificate.PEER, holder);
        log.info("reissue: etcd client cert for Vault");
        write(vault, BootCertificate.VAULT, holder);
        backup(vault, holder);
        write(vault, BootCertificate.NECO, holder);
        host.files().write(HostPaths.NECO_CONFIG_FILE, NecoConfigFile.render(endpoints), FileMode.WORLD_READABLE);
        log.info("neco: generated files");
    }

    private void backup(VaultClient vault, BootCertificate.Holder holder) throws IOException, InterruptedException {
        host.files().createDirectory(HostPaths.ETCD_BACKUP_DIR, FileMode.CONTAINER_DIRECTORY);
        write(vault, BootCertificate.BACKUP, holder);
        host.files().write(EtcdBackup.SCRIPT_FILE, EtcdBackup.script(), FileMode.EXECUTABLE);
        host.files().write(HostPaths.serviceUnit(EtcdBackup.NAME), EtcdBackup.service(), FileMode.WORLD_READABLE);
        host.files().write(HostPaths.timerUnit(EtcdBackup.NAME), EtcdBackup.timer(), FileMode.WORLD_READABLE);
        host.systemd().enableNow(EtcdBackup.NAME + ".timer");
        log.info("etcd-backup: installed");
    }

    private void write(VaultClient vault, BootCertificate certificate, BootCertificate.Holder holder)
            throws IOException {
        certificate.files().write(host.files(), certificate.issue(vault, holder));
    }
}
