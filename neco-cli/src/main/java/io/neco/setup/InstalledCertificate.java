package io.neco.setup;

import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.store.CertifiedKey;
import io.neco.store.EtcdConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A certificate in a file of this boot server.
 *
 * @param name its name, e.g. {@code server}; those of CAs begin with {@code ca}
 * @param file where it is
 * @param content what it says, or why it cannot be read
 */
public record InstalledCertificate(String name, String file, Content content) {
    /** How soon the end of a certificate is worth a warning, unless asked otherwise. */
    public static final Duration SOON = Duration.ofDays(30);

    private static final Map<String, String> AUTHORITIES = authorities();

    /** What is in the file. */
    public sealed interface Content {
        /**
         * A certificate.
         *
         * @param subject whom it is for
         * @param issuer who signed it
         * @param names DNS names and addresses, in the certificate's order
         * @param notAfter when it ends
         */
        record Said(String subject, String issuer, List<String> names, Instant notAfter) implements Content {
            /** Copies the list. */
            public Said {
                names = List.copyOf(names);
            }
        }

        /**
         * No certificate, or one that is of no use.
         *
         * @param reason why
         */
        record Unreadable(String reason) implements Content {}
    }

    /** How much longer a certificate is of use. */
    public enum State {
        /** Longer than was asked for. */
        VALID("valid"),
        /** Not as long as was asked for. */
        EXPIRING("expiring"),
        /** No longer. */
        EXPIRED("expired"),
        /** That cannot be told. */
        UNREADABLE("unreadable");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** In one word. */
        public String text() {
            return text;
        }
    }

    private static Map<String, String> authorities() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("ca", HostPaths.SERVER_CA_FILE);
        files.put("ca-etcd-peer", HostPaths.ETCD_PEER_CA_FILE);
        files.put("ca-etcd-client", HostPaths.ETCD_CLIENT_CA_FILE);
        return files;
    }

    /** All that are there: those that Vault issues, then the CAs. Their keys are not looked at. */
    public static List<InstalledCertificate> all(HostFiles files) {
        return all(files, certificate -> Optional.empty());
    }

    /** As {@link #all}; one whose key is another certificate's counts as unreadable. Keys that the user may not read are not looked at. */
    public static List<InstalledCertificate> allWithKeys(HostFiles files) {
        return all(files, certificate -> Optional.of(certificate.files().key()));
    }

    private static List<InstalledCertificate> all(
            HostFiles files, Function<BootCertificate, Optional<String>> keyFile) {
        List<InstalledCertificate> found = new ArrayList<>();
        for (BootCertificate certificate : BootCertificate.everyOne()) {
            add(found, files, certificate.name(), certificate.files().certificate(), keyFile.apply(certificate));
        }
        AUTHORITIES.forEach((name, file) -> add(found, files, name, file, Optional.empty()));
        return found;
    }

    private static void add(
            List<InstalledCertificate> found, HostFiles files, String name, String file, Optional<String> keyFile) {
        if (files.exists(file)) {
            found.add(new InstalledCertificate(name, file, read(files, file, keyFile)));
        }
    }

    private static Content read(HostFiles files, String file, Optional<String> keyFile) {
        try {
            X509Certificate certificate = parse(files.read(file));
            if (keyFile.isPresent()) {
                Optional<String> key = readable(files, keyFile.get());
                if (key.isPresent() && !CertifiedKey.isOf(certificate, keyFile.get(), key.get())) {
                    return new Content.Unreadable(
                            "it and the private key of " + keyFile.get() + " do not belong together");
                }
            }
            return of(certificate);
        } catch (EtcdConfigException e) {
            return new Content.Unreadable(String.valueOf(e.getMessage()));
        } catch (IOException | CertificateException e) {
            String reason = e.getMessage();
            return new Content.Unreadable(reason == null ? e.getClass().getSimpleName() : reason);
        }
    }

    /** What only root may read is checked when root asks. */
    private static Optional<String> readable(HostFiles files, String keyFile) throws IOException {
        try {
            return files.readIfExists(keyFile);
        } catch (AccessDeniedException e) {
            return Optional.empty();
        }
    }

    /** The first certificate of a PEM text. */
    static X509Certificate parse(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Content of(X509Certificate certificate) throws CertificateException {
        List<String> names = new ArrayList<>();
        @Nullable Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            alternatives.forEach(alternative -> names.add(String.valueOf(alternative.get(1))));
        }
        return new Content.Said(
                certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(),
                names,
                certificate.getNotAfter().toInstant());
    }

    /** When it ends; empty when it cannot be read. */
    public Optional<Instant> notAfter() {
        return content instanceof Content.Said said ? Optional.of(said.notAfter()) : Optional.empty();
    }

    /** Whole days until it ends, negative after that; empty when it cannot be read. */
    public Optional<Long> daysLeft(Instant now) {
        return notAfter()
                .map(end -> Math.floorDiv(
                        Duration.between(now, end).toSeconds(),
                        Duration.ofDays(1).toSeconds()));
    }

    /**
     * How much longer it is of use.
     *
     * @param within how long it should last
     */
    public State state(Instant now, Duration within) {
        Optional<Instant> end = notAfter();
        if (end.isEmpty()) {
            return State.UNREADABLE;
        }
        if (!end.get().isAfter(now)) {
            return State.EXPIRED;
        }
        return end.get().isAfter(now.plus(within)) ? State.VALID : State.EXPIRING;
    }

    /** Whether {@code neco cert renew} makes a new one. */
    public boolean isRenewable() {
        return !AUTHORITIES.containsKey(name);
    }
}
