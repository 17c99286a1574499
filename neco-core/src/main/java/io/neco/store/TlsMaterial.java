package io.neco.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and key of a connection, read when the connection is made, because setup replaces the files while programs run.
 *
 * @param trusted the CAs whose server certificates are accepted
 * @param identity the client's own certificate and key; empty: none
 */
record TlsMaterial(List<X509Certificate> trusted, Optional<Identity> identity) {
    /** The bundle update-ca-certificates maintains. */
    static final String SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----", Pattern.DOTALL);

    /**
     * A client's certificate chain and its key.
     *
     * @param chain the client's certificate first
     * @param key its private key
     */
    record Identity(List<X509Certificate> chain, PrivateKey key) {}

    /**
     * Reads what {@code config} names.
     *
     * @throws EtcdConfigException naming the file that is missing or broken
     */
    static TlsMaterial load(EtcdConfig config) {
        EtcdConfig.Pem ca = config.tlsCa().orElse(new EtcdConfig.Pem.InFile(SYSTEM_BUNDLE));
        Optional<Identity> identity = Optional.empty();
        if (config.tlsCert().isPresent() && config.tlsKey().isPresent()) {
            List<X509Certificate> chain = certificates(config.tlsCert().get(), "tls-cert");
            rejectExpired(chain.get(0), name(config.tlsCert().get(), "tls-cert"));
            identity = Optional.of(new Identity(chain, key(config.tlsKey().get())));
        }
        return new TlsMaterial(certificates(ca, "tls-ca"), identity);
    }

    /** etcd would only close the connection. */
    private static void rejectExpired(X509Certificate certificate, String name) {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw new EtcdConfigException(
                    name + " holds a client certificate that expired at "
                            + certificate.getNotAfter().toInstant() + "; issue a new one",
                    e);
        } catch (CertificateNotYetValidException e) {
            throw new EtcdConfigException(
                    name + " holds a client certificate that is not valid before "
                            + certificate.getNotBefore().toInstant() + "; check this server's clock",
                    e);
        }
    }

    private static List<X509Certificate> certificates(EtcdConfig.Pem pem, String what) {
        String name = name(pem, what);
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            Matcher block = BLOCK.matcher(text(pem, what));
            while (block.find()) {
                if (block.group(1).endsWith("CERTIFICATE")) {
                    certificates.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(decoded(block.group(2)))));
                }
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new EtcdConfigException(name + " holds a certificate that cannot be read: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new EtcdConfigException(name + " holds no certificate in PEM form");
        }
        return certificates;
    }

    private static PrivateKey key(EtcdConfig.Pem pem) {
        String name = name(pem, "tls-key");
        Matcher block = BLOCK.matcher(text(pem, "tls-key"));
        try {
            while (block.find()) {
                switch (block.group(1)) {
                    case "PRIVATE KEY" -> {
                        return key(decoded(block.group(2)));
                    }
                    case "RSA PRIVATE KEY" -> {
                        return KeyFactory.getInstance("RSA")
                                .generatePrivate(
                                        new PKCS8EncodedKeySpec(Der.pkcs8(Der.RSA_ALGORITHM, decoded(block.group(2)))));
                    }
                    case "EC PRIVATE KEY" -> {
                        byte[] sec1 = decoded(block.group(2));
                        return KeyFactory.getInstance("EC")
                                .generatePrivate(new PKCS8EncodedKeySpec(Der.pkcs8(Der.ecAlgorithm(sec1), sec1)));
                    }
                    default -> {
                        // parameters or certificates may stand before the key
                    }
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new EtcdConfigException(name + " holds a private key that cannot be read", e);
        }
        throw new EtcdConfigException(name + " holds no unencrypted private key in PEM form");
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        GeneralSecurityException last = new GeneralSecurityException("unknown algorithm");
        for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw last;
    }

    private static byte[] decoded(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }

    private static String name(EtcdConfig.Pem pem, String what) {
        return pem instanceof EtcdConfig.Pem.InFile file ? file.path() : "the text given as " + what;
    }

    private static String text(EtcdConfig.Pem pem, String what) {
        if (pem instanceof EtcdConfig.Pem.Literal literal) {
            return literal.pem();
        }
        String path = name(pem, what);
        try {
            return Files.readString(Path.of(path), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new EtcdConfigException(
                    path + " (" + what + "-file) does not exist; "
                            + (path.equals(SYSTEM_BUNDLE)
                                    ? "install ca-certificates or set tls-ca-file"
                                    : "check the configuration, or copy the file from where neco setup wrote it"),
                    e);
        } catch (AccessDeniedException e) {
            throw new EtcdConfigException(
                    "no permission to read " + path + " (" + what + "-file); run this as root", e);
        } catch (IOException e) {
            throw new EtcdConfigException("cannot read " + path + " (" + what + "-file): " + e.getMessage(), e);
        }
    }

    /** Just enough DER to put Vault's PKCS#1 and SEC 1 keys into the PKCS#8 frame the JDK reads. */
    private static final class Der {
        /** SEQUENCE { OID 1.2.840.113549.1.1.1, NULL }. */
        static final byte[] RSA_ALGORITHM = {
            0x30,
            0x0d,
            0x06,
            0x09,
            0x2a,
            (byte) 0x86,
            0x48,
            (byte) 0x86,
            (byte) 0xf7,
            0x0d,
            0x01,
            0x01,
            0x01,
            0x05,
            0x00
        };

        private static final byte[] EC_OID = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};

        private Der() {}

        static byte[] pkcs8(byte[] algorithm, byte[] key) {
            return tagged(0x30, concat(new byte[] {0x02, 0x01, 0x00}, algorithm, tagged(0x04, key)));
        }

        /** The algorithm with the curve that a SEC 1 key names in its element [0]. */
        static byte[] ecAlgorithm(byte[] sec1) throws GeneralSecurityException {
            // SEQUENCE { INTEGER 1, OCTET STRING key, [0] { OID curve }, … }
            int at = ((sec1[1] & 0xff) == 0x81 ? 3 : 2) + 3;
            at += 2 + (sec1[at + 1] & 0xff);
            if (at + 2 < sec1.length && (sec1[at] & 0xff) == 0xa0) {
                return tagged(0x30, concat(EC_OID, Arrays.copyOfRange(sec1, at + 2, at + 2 + (sec1[at + 1] & 0xff))));
            }
            throw new GeneralSecurityException("the key does not name its curve");
        }

        private static byte[] tagged(int tag, byte[] content) {
            byte[] length = content.length < 0x80
                    ? new byte[] {(byte) content.length}
                    : content.length < 0x100
                            ? new byte[] {(byte) 0x81, (byte) content.length}
                            : new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
            return concat(new byte[] {(byte) tag}, length, content);
        }

        private static byte[] concat(byte[]... parts) {
            byte[] all = new byte[Arrays.stream(parts).mapToInt(p -> p.length).sum()];
            int at = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return all;
        }
    }
}
