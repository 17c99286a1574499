package io.neco.store;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** Private keys from PEM: PKCS#8, and the PKCS#1 and SEC 1 forms Vault issues, put into the PKCS#8 frame the JDK reads. */
final class PrivateKeys {
    /** SEQUENCE { OID 1.2.840.113549.1.1.1, NULL }. */
    private static final byte[] RSA_ALGORITHM = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    private static final byte[] EC_OID = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};

    private PrivateKeys() {}

    /** The first private key of {@code pem}; parameters and certificates may stand before it. */
    static PrivateKey read(PemText pem) {
        try {
            for (PemText.Block block : pem.blocks()) {
                switch (block.type()) {
                    case "PRIVATE KEY" -> {
                        return pkcs8(block.der());
                    }
                    case "RSA PRIVATE KEY" -> {
                        return generate("RSA", frame(RSA_ALGORITHM, block.der()));
                    }
                    case "EC PRIVATE KEY" -> {
                        byte[] sec1 = block.der();
                        return generate("EC", frame(ecAlgorithm(sec1), sec1));
                    }
                    default -> {
                        // not a key
                    }
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new EtcdConfigException(pem.name() + " holds a private key that cannot be read", e);
        }
        throw new EtcdConfigException(pem.name() + " holds no unencrypted private key in PEM form");
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        GeneralSecurityException last = new GeneralSecurityException("unknown algorithm");
        for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
            try {
                return generate(algorithm, der);
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw last;
    }

    private static PrivateKey generate(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** SEQUENCE { INTEGER 0, algorithm, OCTET STRING key }. */
    private static byte[] frame(byte[] algorithm, byte[] key) {
        return tagged(0x30, concat(new byte[] {0x02, 0x01, 0x00}, algorithm, tagged(0x04, key)));
    }

    /** The algorithm with the curve that a SEC 1 key names: SEQUENCE { INTEGER 1, OCTET STRING key, [0] { OID curve }, … }. */
    private static byte[] ecAlgorithm(byte[] sec1) throws GeneralSecurityException {
        int at = ((sec1[1] & 0xff) == 0x81 ? 3 : 2) + 3;
        at += 2 + (sec1[at + 1] & 0xff);
        if (at + 2 < sec1.length && (sec1[at] & 0xff) == 0xa0) {
            return tagged(0x30, concat(EC_OID, Arrays.copyOfRange(sec1, at + 2, at + 2 + (sec1[at + 1] & 0xff))));
        }
        throw new GeneralSecurityException("the key does not name its curve");
    }

    private static byte[] tagged(int tag, byte[] content) {
        byte[] length;
        if (content.length < 0x80) {
            length = new byte[] {(byte) content.length};
        } else if (content.length < 0x100) {
            length = new byte[] {(byte) 0x81, (byte) content.length};
        } else {
            length = new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
        }
        return concat(new byte[] {(byte) tag}, length, content);
    }

    private static byte[] concat(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        byte[] all = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
