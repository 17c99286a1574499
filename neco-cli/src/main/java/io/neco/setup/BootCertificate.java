package io.neco.setup;

import io.neco.host.HostFiles;
import io.neco.program.etcd.EtcdBackup;
import io.neco.program.vault.VaultCa;
import io.neco.vault.Certificate;
import io.neco.vault.CertificateRequest;
import io.neco.vault.VaultClient;
import io.neco.vault.VaultRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A certificate of a boot server that Vault issues, and the services that read it; docs/certificates.md. Sources: setup/vault.go and
 * pkg/neco/cmd/init_local.go at 1eec387.
 */
public final class BootCertificate {
    /** etcd's and Vault's server certificate. */
    static final BootCertificate SERVER = new BootCertificate(
            "server",
            CertificateFiles.SERVER,
            VaultCa.SERVER,
            holder -> CertificateRequest.server(holder.hostname(), List.of("127.0.0.1", holder.node0())),
            List.of());
    /** What etcd's members show each other. */
    static final BootCertificate PEER = new BootCertificate(
            "etcd-peer",
            CertificateFiles.PEER,
            VaultCa.ETCD_PEER,
            holder -> CertificateRequest.peer(holder.hostname(), List.of(holder.node0(), holder.bastion())),
            List.of());
    /** Vault as etcd's client. */
    static final BootCertificate VAULT = client("vault", "vault", CertificateFiles.VAULT, List.of());
    /** The backup as etcd's client; it reads its certificate at every run. */
    static final BootCertificate BACKUP = client("etcd-backup", EtcdBackup.USER, CertificateFiles.BACKUP, List.of());
    /** Neco's programs as etcd's client. */
    static final BootCertificate NECO = client(
            "neco",
            CertificatePhase.NECO_USER,
            CertificateFiles.NECO,
            List.of("neco-updater", "neco-worker", "sabakan-state-setter"));

    private static final List<BootCertificate> ALL = all();

    private final String name;
    private final CertificateFiles files;
    private final VaultCa ca;
    private final Function<Holder, CertificateRequest> request;
    private final List<String> services;

    /**
     * Who a certificate is for.
     *
     * @param hostname this server's name
     * @param node0 its node0 address
     * @param bastion its bastion address
     */
    record Holder(String hostname, String node0, String bastion) {}

    private BootCertificate(
            String name,
            CertificateFiles files,
            VaultCa ca,
            Function<Holder, CertificateRequest> request,
            List<String> services) {
        this.name = name;
        this.files = files;
        this.ca = ca;
        this.request = request;
        this.services = services;
    }

    private static BootCertificate client(String name, String user, CertificateFiles files, List<String> services) {
        return new BootCertificate(
                name, files, VaultCa.ETCD_CLIENT, holder -> CertificateRequest.client(user), services);
    }

    private static List<BootCertificate> all() {
        List<BootCertificate> all = new ArrayList<>(List.of(SERVER, PEER, VAULT, BACKUP, NECO));
        BootProgram.ALL.forEach(
                program -> all.add(client(program.id(), program.id(), program.certificate(), program.services())));
        return List.copyOf(all);
    }

    /** All that a boot server may have. */
    public static List<BootCertificate> everyOne() {
        return ALL;
    }

    /** The one called {@code name}. */
    public static Optional<BootCertificate> find(String name) {
        return ALL.stream().filter(certificate -> certificate.name.equals(name)).findFirst();
    }

    /** Its name among the certificates of a boot server, e.g. {@code etcd-peer}. */
    public String name() {
        return name;
    }

    /** Where it is, its key and its CA. */
    CertificateFiles files() {
        return files;
    }

    /** The services that have to be restarted to use a new one, without etcd and Vault. */
    List<String> services() {
        return services;
    }

    /** Whether etcd shows it. */
    boolean isEtcds() {
        return this == SERVER || this == PEER;
    }

    /** Whether Vault uses it. */
    boolean isVaults() {
        return this == SERVER || this == VAULT;
    }

    /** Whether this server has it; programs that were not introduced have none. */
    boolean isPresent(HostFiles host) {
        return host.exists(files.certificate());
    }

    /** A new one. */
    Certificate issue(VaultClient vault, Holder holder) throws VaultRequestException {
        return vault.issue(ca.mount(), VaultCa.SYSTEM_ROLE, request.apply(holder));
    }
}
