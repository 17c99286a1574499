package io.neco.dctest.internet;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Has the JVM compile the cipher of TLS before the first big file is asked for. Until then 50 MB cost half a second of processor time instead
 * of thirty milliseconds, which the servers of the real Internet have long behind them.
 */
final class CipherWarmUp {
    private static final int RECORD = 16 << 10;
    private static final int RECORDS = 3000;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private CipherWarmUp() {}

    /** Does it on a thread of its own. */
    static void start() {
        Thread thread = new Thread(CipherWarmUp::run, "cipher-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private static void run() {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
            ByteBuffer plain = ByteBuffer.allocate(RECORD);
            ByteBuffer encrypted = ByteBuffer.allocate(RECORD + TAG_BITS / 8);
            for (int i = 0; i < RECORDS; i++) {
                byte[] nonce = new byte[NONCE];
                nonce[0] = (byte) i;
                nonce[1] = (byte) (i >> 8);
                cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
                cipher.doFinal(plain.clear(), encrypted.clear());
            }
        } catch (GeneralSecurityException e) {
            System.err.println("the cipher stays cold: " + e);
        }
    }
}
