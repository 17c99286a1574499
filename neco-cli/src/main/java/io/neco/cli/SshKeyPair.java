package io.neco.cli;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;

/**
 * A key pair for SSH, RSA of 2048 bits; source: pkg/neco/cmd/ssh_generate.go at 1eec387.
 *
 * @param publicKey a line of {@code authorized_keys}, with its line break, without a comment
 * @param privateKey PKCS#1 in PEM; a secret
 */
record SshKeyPair(String publicKey, String privateKey) {
    private static final int BITS = 2048;
    private static final String TYPE = "ssh-rsa";
    private static final int PEM_LINE = 64;
    private static final int DER_INTEGER = 0x02;
    private static final int DER_SEQUENCE = 0x30;
    private static final int DER_LONG_FORM = 0x80;

    /** Makes a new pair. */
    static SshKeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS, random);
            KeyPair pair = generator.generateKeyPair();
            return new SshKeyPair(
                    publicLine((RSAPublicKey) pair.getPublic()), pem((RSAPrivateCrtKey) pair.getPrivate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java has no RSA", e);
        }
    }

    private static String publicLine(RSAPublicKey key) {
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        field(blob, TYPE.getBytes(StandardCharsets.US_ASCII));
        field(blob, key.getPublicExponent().toByteArray());
        field(blob, key.getModulus().toByteArray());
        return TYPE + " " + Base64.getEncoder().encodeToString(blob.toByteArray()) + "\n";
    }

    /** As RFC 4251 writes strings and numbers: length, then bytes. */
    private static void field(ByteArrayOutputStream out, byte[] bytes) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        out.writeBytes(bytes);
    }

    private static String pem(RSAPrivateCrtKey key) {
        ByteArrayOutputStream numbers = new ByteArrayOutputStream();
        for (BigInteger number : List.of(
                BigInteger.ZERO,
                key.getModulus(),
                key.getPublicExponent(),
                key.getPrivateExponent(),
                key.getPrimeP(),
                key.getPrimeQ(),
                key.getPrimeExponentP(),
                key.getPrimeExponentQ(),
                key.getCrtCoefficient())) {
            der(numbers, DER_INTEGER, number.toByteArray());
        }
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        der(sequence, DER_SEQUENCE, numbers.toByteArray());
        return "-----BEGIN RSA PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(sequence.toByteArray())
                + "\n-----END RSA PRIVATE KEY-----\n";
    }

    private static void der(ByteArrayOutputStream out, int tag, byte[] content) {
        out.write(tag);
        if (content.length < DER_LONG_FORM) {
            out.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int skipped = length[0] == 0 ? 1 : 0;
            out.write(DER_LONG_FORM | (length.length - skipped));
            out.write(length, skipped, length.length - skipped);
        }
        out.writeBytes(content);
    }

    @Override
    public String toString() {
        return publicKey.strip();
    }
}
