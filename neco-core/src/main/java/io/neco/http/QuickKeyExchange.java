package io.neco.http;

import java.lang.reflect.Method;
import java.util.Optional;
import javax.net.ssl.SSLParameters;

/**
 * Offers X25519 alone for the key exchange of TLS. The JDK makes a key for P-256 as well, in case the server wants that, and the first one takes
 * a JVM that has just started up to 0.2 s of processor time. Every etcd and every Vault takes X25519 unless it was built for FIPS 140, so
 * whoever is refused has to try again with all that the JDK offers.
 *
 * <p>Source: RFC 8446, section 4.2.8.
 */
public final class QuickKeyExchange {
    /** By name, since Java 17 has not got it. */
    private static final Optional<Method> SET_NAMED_GROUPS = setNamedGroups();

    private QuickKeyExchange() {}

    private static Optional<Method> setNamedGroups() {
        try {
            return Optional.of(SSLParameters.class.getMethod("setNamedGroups", String[].class));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }

    /** Changes the parameters of a connection that is going to be made; with Java 17 they stay as they are. */
    public static void offer(SSLParameters parameters) {
        if (SET_NAMED_GROUPS.isPresent()) {
            try {
                SET_NAMED_GROUPS.get().invoke(parameters, (Object) new String[] {"x25519"});
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
