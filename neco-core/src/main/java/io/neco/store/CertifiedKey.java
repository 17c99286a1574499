package io.neco.store;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;

/** Whether a private key is that of a certificate: they are two files, which may have been copied or replaced apart. */
public final class CertifiedKey {
    private static final byte[] ANYTHING = {1};

    private CertifiedKey() {}

    /**
     * Whether the private key in a file is that of {@code certificate}.
     *
     * @param keyFile the file, for messages
     * @param keyPem what it holds
     * @throws EtcdConfigException when that is no private key
     */
    public static boolean isOf(X509Certificate certificate, String keyFile, String keyPem) {
        return isOf(certificate, PrivateKeys.read(new PemText(keyFile, keyPem)));
    }

    static boolean isOf(X509Certificate certificate, PrivateKey key) {
        PublicKey certified = certificate.getPublicKey();
        if (!certified.getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        if (certified instanceof RSAKey ofCertificate && key instanceof RSAKey own) {
            return ofCertificate.getModulus().equals(own.getModulus());
        }
        try {
            String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : key.getAlgorithm();
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(ANYTHING);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certified);
            verifying.update(ANYTHING);
            return verifying.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            // keys of different curves
            return false;
        }
    }
}
