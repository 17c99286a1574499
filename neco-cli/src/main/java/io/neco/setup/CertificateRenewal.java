package io.neco.setup;

import io.neco.host.BootServer;
import io.neco.host.HostFiles;
import io.neco.host.Identity;
import io.neco.host.Site;
import io.neco.host.Systemd;
import io.neco.store.EtcdConfig;
import io.neco.store.NecoConfigFile;
import io.neco.store.NecoStore;
import io.neco.store.Snapshot;
import io.neco.update.UpdateProgress;
import io.neco.update.UpdateRequest;
import io.neco.vault.Certificate;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives this boot server new certificates, and lets what uses them take them up; docs/certificates.md. Everything is issued and checked
 * before the first file is written. May be repeated after a failure.
 */
public final class CertificateRenewal {
    private static final Logger log = LoggerFactory.getLogger(CertificateRenewal.class);

    private final HostFiles files;
    private final HostNetwork network;
    private final Site site;
    private final String hostname;
    private final Function<EtcdConfig, NecoStore> etcd;
    private final CertificateUsers users;

    /**
     * @param files this host's files
     * @param systemd its services
     * @param network its addresses
     * @param site the site's settings
     * @param hostname its name
     * @param vaults how Vault is reached
     * @param vaultReload how this host's Vault takes up new certificates
     * @param etcd how etcd is reached
     */
    public CertificateRenewal(
            HostFiles files,
            Systemd systemd,
            HostNetwork network,
            Site site,
            String hostname,
            OperatorVault vaults,
            VaultReload vaultReload,
            Function<EtcdConfig, NecoStore> etcd) {
        this.files = files;
        this.network = network;
        this.site = site;
        this.hostname = hostname;
        this.etcd = etcd;
        this.users = new CertificateUsers(files, systemd, vaults, vaultReload);
    }

    /**
     * Those that are to be renewed.
     *
     * @param names of certificates; none: all that this server has
     * @throws IllegalArgumentException when a name is unknown, or this server has no such certificate
     */
    public List<BootCertificate> choose(List<String> names) {
        if (names.isEmpty()) {
            return BootCertificate.everyOne().stream()
                    .filter(certificate -> certificate.isPresent(files))
                    .toList();
        }
        return names.stream().distinct().map(this::named).toList();
    }

    private BootCertificate named(String name) {
        BootCertificate certificate = BootCertificate.find(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no certificate " + name + " (known: "
                        + String.join(
                                ", ",
                                BootCertificate.everyOne().stream()
                                        .map(BootCertificate::name)
                                        .toList())
                        + ")"));
        if (!certificate.isPresent(files)) {
            throw new IllegalArgumentException("this server has no certificate " + name + ": "
                    + certificate.files().certificate() + " is missing; "
                    + (BootProgram.find(name).isPresent() ? "`neco init-local " + name : "`neco setup` or `neco join")
                    + "` makes the first one");
        }
        return certificate;
    }

    /** What a renewal would do, one sentence each; nothing is changed. */
    public List<String> plan(List<BootCertificate> chosen) {
        List<String> plan = new ArrayList<>();
        for (BootCertificate certificate : chosen) {
            plan.add("would renew " + certificate.name() + ": "
                    + certificate.files().certificate() + " and "
                    + certificate.files().key());
        }
        plan.addAll(users.plan(chosen));
        return plan;
    }

    /**
     * Renews.
     *
     * @param vault a client whose token may issue certificates
     * @param isForced whether also while an update is running, and although no other Vault can take over
     * @param tell told what was done, one sentence each
     * @throws IOException when it is refused, or something fails; the message tells what is in place
     */
    public void run(List<BootCertificate> chosen, VaultClient vault, boolean isForced, Consumer<String> tell)
            throws IOException, InterruptedException {
        try (SetupLock lock = SetupLock.take(files)) {
            log.atDebug().addKeyValue("lock", lock).log("cert renew: locked");
            renew(chosen, vault, isForced, tell);
        }
    }

    private void renew(List<BootCertificate> chosen, VaultClient vault, boolean isForced, Consumer<String> tell)
            throws IOException, InterruptedException {
        BootServer servers = new BootServer(site);
        int me = new Identity(files).logicalRackNumber();
        BootCertificate.Holder holder = new BootCertificate.Holder(hostname, servers.node0(me), network.bastion(site));
        Map<BootCertificate, Certificate> issued = new LinkedHashMap<>();
        for (BootCertificate certificate : chosen) {
            issued.put(certificate, checked(certificate, certificate.issue(vault, holder)));
        }
        // the one on disk may have expired
        Certificate own =
                Optional.ofNullable(issued.get(BootCertificate.NECO)).orElse(BootCertificate.NECO.issue(vault, holder));
        try (NecoStore store = etcd.apply(config(own))) {
            Snapshot view = store.snapshot();
            if (!isForced) {
                refuseDuringUpdate(view);
            }
            CertificateUsers.Scene scene = new CertificateUsers.Scene(store, servers, me, view.servers(), isForced);
            for (Map.Entry<BootCertificate, Certificate> entry : issued.entrySet()) {
                CertificateFiles place = entry.getKey().files();
                place.write(files, entry.getValue());
                tell.accept("renewed " + place.certificate() + " and " + place.key());
            }
            users.takeUp(chosen, scene, tell);
        }
    }

    private static Certificate checked(BootCertificate certificate, Certificate issued) throws IOException {
        try {
            InstalledCertificate.parse(issued.certificate());
            return issued;
        } catch (CertificateException e) {
            throw new IOException(
                    "Vault has issued something for " + certificate.name()
                            + " that is no certificate, so that nothing was" + " changed: " + e.getMessage(),
                    e);
        }
    }

    private EtcdConfig config(Certificate own) {
        EtcdConfig config = NecoConfigFile.read(files);
        return new EtcdConfig(
                config.endpoints(),
                config.prefix(),
                config.timeout(),
                config.username(),
                config.password(),
                config.tlsCa(),
                Optional.of(new EtcdConfig.Pem.Literal(own.certificate())),
                Optional.of(new EtcdConfig.Pem.Literal(own.privateKey())),
                config.source());
    }

    /** The steps of an update restart the same services, and expect them to stay up in between. */
    private static void refuseDuringUpdate(Snapshot view) throws IOException {
        Optional<UpdateRequest> running = view.request()
                .filter(request -> !request.stop())
                .filter(request -> !UpdateProgress.isCompleted(request.version(), request.servers(), view.statuses()));
        if (running.isPresent()) {
            throw new IOException("an update to " + running.get().version()
                    + " is running, so that nothing was changed; wait for its end (`neco status --watch`), or use --force if"
                    + " it cannot end because a certificate has expired");
        }
    }
}
