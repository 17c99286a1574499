package io.neco.dctest.vault.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Makes RSA keys; some of the usual size can be made in advance, while nobody waits for them. */
public final class RsaKeys {
    /** Bits of a key when a role does not say otherwise. */
    public static final int DEFAULT_BITS = 2048;

    private final BlockingQueue<KeyPair> ready = new LinkedBlockingQueue<>();

    /** Makes keys in the calling thread until it is interrupted or so many are ready. */
    public void prepare(int count) {
        while (ready.size() < count && !Thread.currentThread().isInterrupted()) {
            ready.add(generate(DEFAULT_BITS));
        }
    }

    /** A key that nobody else has got. */
    public KeyPair next(int bits) {
        KeyPair pair = bits == DEFAULT_BITS ? ready.poll() : null;
        return pair == null ? generate(bits) : pair;
    }

    private static KeyPair generate(int bits) {
        try {
            NativeCryptography.prefer();
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make RSA keys", e);
        }
    }
}
