package io.neco.store.testing;

import io.neco.store.EtcdConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The certificates of a test cluster: one CA for servers, one for clients, as {@code neco setup} makes them. */
public final class EtcdPki {
    private final Path directory;
    private final X509Bundle serverCa;
    private final X509Bundle clientCa;
    private final Map<String, Path> issued = new ConcurrentHashMap<>();

    EtcdPki(Path directory) throws IOException {
        this.directory = directory;
        this.serverCa = ca("server CA");
        this.clientCa = ca("boot etcd client CA");
        Files.writeString(serverCaFile(), serverCa.getCertificatePEM());
        Files.writeString(clientCaFile(), clientCa.getCertificatePEM());
    }

    /** The CA that clients trust. */
    public Path serverCaFile() {
        return directory.resolve("ca-server.crt");
    }

    /** The CA that etcd trusts. */
    Path clientCaFile() {
        return directory.resolve("ca-client.crt");
    }

    /** Certificate of a client; its key is beside it as {@code NAME.key}, see {@link #key}. */
    public Path client(String commonName) {
        return issue(commonName, false, Instant.now().plus(Duration.ofDays(1)), clientCa);
    }

    /** Certificate of a client that has expired. */
    public Path expiredClient(String commonName) {
        return issue("expired-" + commonName, false, Instant.now().minus(Duration.ofHours(1)), clientCa);
    }

    /** Certificate of a client signed by a CA nobody knows. */
    public Path strangersClient(String commonName) {
        return issue("stranger-" + commonName, false, Instant.now().plus(Duration.ofDays(1)), ca("stranger"));
    }

    /** A CA certificate that signed nothing here. */
    public Path strangersCaFile() throws IOException {
        return Files.writeString(
                directory.resolve("ca-stranger.crt"), ca("stranger").getCertificatePEM());
    }

    /** The CA of another cluster: of the same name, as {@code neco setup} gives all of them. */
    public Path namesakeCaFile() throws IOException {
        return Files.writeString(
                directory.resolve("ca-namesake.crt"), ca("server CA").getCertificatePEM());
    }

    /** The certificate of all members; its key is beside it. */
    public Path server() {
        return issue("etcd-server", true, Instant.now().plus(Duration.ofDays(1)), serverCa);
    }

    Path expiredServer() {
        return issue("etcd-expired-server", true, Instant.now().minus(Duration.ofHours(1)), serverCa);
    }

    /** The same cluster by other files: who trusts {@code ca} and shows {@code certificate} with the key beside it. */
    public static EtcdConfig using(EtcdConfig config, Path ca, Path certificate) {
        return new EtcdConfig(
                config.endpoints(),
                config.prefix(),
                config.timeout(),
                "",
                "",
                Optional.of(new EtcdConfig.Pem.InFile(ca.toString())),
                Optional.of(new EtcdConfig.Pem.InFile(certificate.toString())),
                Optional.of(new EtcdConfig.Pem.InFile(key(certificate).toString())));
    }

    /** The key that belongs to a certificate of this PKI. */
    public static Path key(Path certificate) {
        return Path.of(certificate.toString().replaceFirst("\\.crt$", ".key"));
    }

    private Path issue(String name, boolean server, Instant notAfter, X509Bundle ca) {
        return issued.computeIfAbsent(name, ignored -> {
            try {
                // RSA as Vault issues it where it matters, EC where only the time to make it does
                CertificateBuilder builder = new CertificateBuilder();
                (server || name.equals("neco") ? builder.rsa2048() : builder.ecp256())
                        .subject("CN=" + name.replaceFirst("^(expired|stranger)-", ""))
                        .notBefore(Instant.now().minus(Duration.ofDays(2)))
                        .notAfter(notAfter)
                        .setKeyUsage(
                                true,
                                CertificateBuilder.KeyUsage.digitalSignature,
                                CertificateBuilder.KeyUsage.keyEncipherment);
                if (server) {
                    builder.addSanIpAddress("127.0.0.1")
                            .addSanDnsName("localhost")
                            .addExtendedKeyUsageServerAuth();
                } else {
                    builder.addExtendedKeyUsageClientAuth();
                }
                X509Bundle bundle = builder.buildIssuedBy(ca);
                Path certificate = directory.resolve(name + ".crt");
                Files.writeString(certificate, bundle.getCertificatePathPEM());
                Files.writeString(key(certificate), bundle.getPrivateKeyPEM());
                return certificate;
            } catch (Exception e) {
                throw new IllegalStateException("cannot issue a certificate for " + name, e);
            }
        });
    }

    private static X509Bundle ca(String name) {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .setKeyUsage(true, CertificateBuilder.KeyUsage.keyCertSign, CertificateBuilder.KeyUsage.cRLSign)
                    .notBefore(Instant.now().minus(Duration.ofDays(3)))
                    .notAfter(Instant.now().plus(Duration.ofDays(1)))
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException("cannot make CA " + name, e);
        }
    }
}
