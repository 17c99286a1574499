package io.neco.dctest.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads and writes PEM blocks; RSA keys may be in the older form (PKCS#1), which Vault issues. */
public final class Pem {
    private static final byte[] RSA_ALGORITHM = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    private Pem() {}

    /** A block, for example of type {@code CERTIFICATE}. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, neither compared nor changed
    public record Block(String type, byte[] content) {}

    /** All blocks in order; text between them is skipped. */
    public static List<Block> parse(String text) {
        List<Block> blocks = new ArrayList<>();
        int at = 0;
        while ((at = text.indexOf("-----BEGIN ", at)) >= 0) {
            int typeEnd = text.indexOf("-----", at + 11);
            if (typeEnd < 0) {
                break;
            }
            String type = text.substring(at + 11, typeEnd);
            int end = text.indexOf("-----END " + type + "-----", typeEnd);
            if (end < 0) {
                throw new IllegalArgumentException("PEM block " + type + " is not closed");
            }
            byte[] content = Base64.getMimeDecoder().decode(text.substring(typeEnd + 5, end));
            blocks.add(new Block(type, content));
            at = end;
        }
        return blocks;
    }

    /** The block with lines of 64 characters, without a newline at its end. */
    public static String encode(String type, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----";
    }

    /**
     * Reads the certificates of a file, of which there must be one at least.
     *
     * @throws IOException with the file's name, if it cannot be read or holds no certificate
     */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : parse(Files.readString(file, StandardCharsets.ISO_8859_1))) {
                if (block.type().equals("CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content())));
                }
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new IOException("cannot understand the certificate in " + file, e);
        }
        if (certificates.isEmpty()) {
            throw new IOException("no certificate in " + file);
        }
        return certificates;
    }

    /**
     * Reads the private key of a file.
     *
     * @throws IOException with the file's name, if it cannot be read or holds no usable key
     */
    public static PrivateKey privateKey(Path file) throws IOException {
        for (Block block : parse(Files.readString(file, StandardCharsets.ISO_8859_1))) {
            if (block.type().endsWith("PRIVATE KEY")) {
                try {
                    return privateKey(block);
                } catch (GeneralSecurityException e) {
                    throw new IOException("cannot understand the private key in " + file, e);
                }
            }
        }
        throw new IOException("no private key in " + file);
    }

    /**
     * Decodes a private key.
     *
     * @throws GeneralSecurityException if the key is of a kind that is not supported
     */
    public static PrivateKey privateKey(Block block) throws GeneralSecurityException {
        if (block.type().equals("RSA PRIVATE KEY")) {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(wrapRsa(block.content())));
        }
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(block.content());
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (GeneralSecurityException e) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
    }

    /** PKCS#8 = version, algorithm, and the PKCS#1 key as an octet string. */
    private static byte[] wrapRsa(byte[] pkcs1) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        inner.writeBytes(new byte[] {2, 1, 0});
        inner.writeBytes(RSA_ALGORITHM);
        inner.write(4);
        inner.writeBytes(length(pkcs1.length));
        inner.writeBytes(pkcs1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x30);
        out.writeBytes(length(inner.size()));
        out.writeBytes(inner.toByteArray());
        return out.toByteArray();
    }

    private static byte[] length(int length) {
        if (length < 128) {
            return new byte[] {(byte) length};
        }
        if (length < 256) {
            return new byte[] {(byte) 0x81, (byte) length};
        }
        return new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length};
    }
}
