package io.neco.dctest.vault.pki;

import io.neco.dctest.tls.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority: its certificate and its key. */
record Authority(X509Certificate certificate, PrivateKey key) {
    private static final int SERIAL_BITS = 159;
    private static final long BACKDATE_SECONDS = 30;

    /** A certificate that has just been made, with its key. */
    record Issued(X509Certificate certificate, PrivateKey key) {

        String certificatePem() {
            return encode(certificate);
        }

        /** In the older form, PKCS#1. */
        String keyPem() {
            return encode(key);
        }

        /** Two hexadecimal digits per byte, separated by colons. */
        String serial() {
            return Authority.serial(certificate.getSerialNumber());
        }
    }

    /**
     * What a certificate shall say.
     *
     * @param dnsNames and the other names become subject alternative names
     */
    record Subject(
            String commonName,
            List<String> dnsNames,
            List<String> emails,
            List<byte[]> addresses,
            boolean server,
            boolean client) {}

    /** Makes a new authority that vouches for itself. */
    static Issued selfSigned(Subject subject, KeyPair pair, Instant now, Instant end, SecureRandom random) {
        try {
            X500Name name = name(subject.commonName());
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    new BigInteger(SERIAL_BITS, random),
                    Date.from(now.minusSeconds(BACKDATE_SECONDS)),
                    Date.from(end),
                    name,
                    pair.getPublic());
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(pair.getPublic()));
            addNames(builder, subject);
            return new Issued(sign(builder, pair.getPrivate()), pair.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make the authority \"" + subject.commonName() + "\"", e);
        }
    }

    /** Issues a certificate for a server, a client, or both. */
    Issued issue(Subject subject, KeyPair pair, Instant now, Instant end, SecureRandom random) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                    new BigInteger(SERIAL_BITS, random),
                    Date.from(now.minusSeconds(BACKDATE_SECONDS)),
                    Date.from(end),
                    name(subject.commonName()),
                    pair.getPublic());
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment | KeyUsage.keyAgreement));
            List<KeyPurposeId> purposes = new ArrayList<>();
            if (subject.server()) {
                purposes.add(KeyPurposeId.id_kp_serverAuth);
            }
            if (subject.client()) {
                purposes.add(KeyPurposeId.id_kp_clientAuth);
            }
            if (!purposes.isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(new KeyPurposeId[0])));
            }
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
            builder.addExtension(Extension.authorityKeyIdentifier, false, keyIdentifier(extensions));
            addNames(builder, subject);
            return new Issued(sign(builder, key), pair.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot issue a certificate for \"" + subject.commonName() + "\"", e);
        }
    }

    private AuthorityKeyIdentifier keyIdentifier(JcaX509ExtensionUtils extensions) throws IOException {
        byte[] encoded = certificate.getExtensionValue(Extension.subjectKeyIdentifier.getId());
        return encoded == null
                ? extensions.createAuthorityKeyIdentifier(certificate.getPublicKey())
                : new AuthorityKeyIdentifier(
                        SubjectKeyIdentifier.getInstance(JcaX509ExtensionUtils.parseExtensionValue(encoded))
                                .getKeyIdentifier());
    }

    /** A list of revoked certificates. */
    byte[] revocationList(List<BigInteger> revoked, Instant now, Instant next) {
        try {
            X509v2CRLBuilder builder = new X509v2CRLBuilder(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()), Date.from(now));
            builder.setNextUpdate(Date.from(next));
            for (BigInteger serial : revoked) {
                builder.addCRLEntry(serial, Date.from(now), 0);
            }
            return builder.build(signer(key)).getEncoded();
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a revocation list", e);
        }
    }

    /**
     * Reads a certificate and its key.
     *
     * @throws IllegalArgumentException with Vault's words, if one of them is missing or they do not belong together
     */
    static Authority parse(String bundle) {
        Optional<X509Certificate> certificate = Optional.empty();
        Optional<PrivateKey> key = Optional.empty();
        try {
            for (Pem.Block block : Pem.parse(bundle)) {
                if (block.type().equals("CERTIFICATE") && certificate.isEmpty()) {
                    certificate = Optional.of(decode(block.content()));
                } else if (block.type().endsWith("PRIVATE KEY")) {
                    key = Optional.of(Pem.privateKey(block));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("unable to parse the PEM bundle: " + e.getMessage(), e);
        }
        if (key.isEmpty()) {
            throw new IllegalArgumentException("private key not found in the PEM bundle");
        }
        if (certificate.isEmpty()) {
            throw new IllegalArgumentException("no certificate found in the PEM bundle");
        }
        if (certificate.get().getBasicConstraints() < 0) {
            throw new IllegalArgumentException(
                    "the given certificate is not marked for CA use and cannot be used with this backend");
        }
        if (!(key.get() instanceof java.security.interfaces.RSAPrivateKey own)
                || !(certificate.get().getPublicKey() instanceof java.security.interfaces.RSAPublicKey shown)
                || !own.getModulus().equals(shown.getModulus())) {
            throw new IllegalArgumentException("public key of certificate does not match private key");
        }
        return new Authority(certificate.get(), key.get());
    }

    static X509Certificate decode(byte[] content) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(content));
    }

    static String encode(X509Certificate certificate) {
        try {
            return Pem.encode("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encode a certificate", e);
        }
    }

    static String encode(PrivateKey key) {
        try {
            byte[] pkcs1 = PrivateKeyInfo.getInstance(key.getEncoded())
                    .parsePrivateKey()
                    .toASN1Primitive()
                    .getEncoded();
            return Pem.encode("RSA PRIVATE KEY", pkcs1);
        } catch (IOException e) {
            throw new IllegalStateException("cannot encode a private key", e);
        }
    }

    static String serial(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int skip = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        return HexFormat.ofDelimiter(":").formatHex(bytes, skip, bytes.length).toLowerCase(Locale.ROOT);
    }

    private static X500Name name(String commonName) {
        X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
        if (!commonName.isEmpty()) {
            builder.addRDN(BCStyle.CN, commonName);
        }
        return builder.build();
    }

    private static void addNames(X509v3CertificateBuilder builder, Subject subject) throws IOException {
        List<GeneralName> names = new ArrayList<>();
        subject.dnsNames().forEach(dns -> names.add(new GeneralName(GeneralName.dNSName, dns)));
        subject.emails().forEach(email -> names.add(new GeneralName(GeneralName.rfc822Name, email)));
        subject.addresses()
                .forEach(address -> names.add(
                        new GeneralName(GeneralName.iPAddress, new org.bouncycastle.asn1.DEROctetString(address))));
        if (!names.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    subject.commonName().isEmpty(),
                    new GeneralNames(names.toArray(new GeneralName[0])));
        }
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, IOException, GeneralSecurityException {
        X509CertificateHolder holder = builder.build(signer(key));
        return decode(holder.getEncoded());
    }

    private static ContentSigner signer(PrivateKey key) throws OperatorCreationException {
        return new JcaContentSignerBuilder("SHA256withRSA").build(key);
    }
}
