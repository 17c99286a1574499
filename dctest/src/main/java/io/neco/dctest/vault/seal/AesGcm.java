package io.neco.dctest.vault.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Authenticated encryption with AES-256-GCM; the name of an entry is authenticated too, so that none can be moved. */
final class AesGcm {
    private static final byte FORMAT = 1;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random;

    AesGcm(byte[] key, SecureRandom random) {
        this.key = new SecretKeySpec(key, "AES");
        this.random = random;
    }

    byte[] encrypt(String name, byte[] plain) {
        try {
            byte[] nonce = new byte[NONCE];
            random.nextBytes(nonce);
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, 0, name);
            byte[] out = new byte[1 + NONCE + cipher.getOutputSize(plain.length)];
            out[0] = FORMAT;
            System.arraycopy(nonce, 0, out, 1, NONCE);
            cipher.doFinal(plain, 0, plain.length, out, 1 + NONCE);
            return out;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot encrypt with AES-GCM", e);
        }
    }

    /** @throws GeneralSecurityException if key, name or content are not those of the encryption */
    byte[] decrypt(String name, byte[] sealed) throws GeneralSecurityException {
        if (sealed.length < 1 + NONCE || sealed[0] != FORMAT) {
            throw new GeneralSecurityException("entry " + name + " has an unknown format");
        }
        byte[] content = Arrays.copyOfRange(sealed, 1 + NONCE, sealed.length);
        return cipher(Cipher.DECRYPT_MODE, sealed, 1, name).doFinal(content);
    }

    private Cipher cipher(int mode, byte[] nonce, int offset, String name) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, offset, NONCE));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
