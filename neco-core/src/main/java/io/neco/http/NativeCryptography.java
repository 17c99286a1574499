package io.neco.http;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Security;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encryption and digests in machine code. The JVM's first compiler, which is all our daemons run with, knows no AES and SHA instructions: a
 * package of 50 MB costs it more than a second of processor time, at the very moment at which all servers of a cluster want to be quick. The
 * library is loaded before the first big download and not at the start, which it would slow down; TLS itself stays the JDK's.
 *
 * <p>Source: github.com/corretto/amazon-corretto-crypto-provider.
 */
public final class NativeCryptography {
    private static final Logger log = LoggerFactory.getLogger(NativeCryptography.class);
    private static boolean isTried;
    private static volatile boolean isInUse;

    private NativeCryptography() {}

    /** Uses it from now on in the whole process. Where it cannot be loaded the JDK's own goes on working. */
    public static synchronized void prefer() {
        if (isTried) {
            return;
        }
        isTried = true;
        try {
            AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            Throwable error = provider.getLoadingError();
            if (error != null) {
                throw error;
            }
            Security.insertProviderAt(provider, 1);
            isInUse = true;
        } catch (Throwable e) {
            log.atDebug()
                    .addKeyValue("error", e.toString())
                    .log("http: cryptography stays the Java runtime's, which is slower");
        }
    }

    /** Whether it could be loaded. */
    static boolean isInUse() {
        return isInUse;
    }
}
