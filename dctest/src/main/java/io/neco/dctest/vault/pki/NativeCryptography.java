package io.neco.dctest.vault.pki;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Security;

/**
 * Keys and signatures in machine code, as Vault has them. A JVM that has just started takes half a second of processor time for a key, and the
 * setup of a cluster asks for two dozen. Loaded with the first key: a standby makes none.
 */
final class NativeCryptography {
    private static boolean isTried;

    private NativeCryptography() {}

    /** Uses it from now on in the whole process. Where it cannot be loaded the JDK's own goes on working. */
    static synchronized void prefer() {
        if (!isTried) {
            isTried = true;
            if (AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null) {
                Security.insertProviderAt(AmazonCorrettoCryptoProvider.INSTANCE, 1);
            }
        }
    }
}
