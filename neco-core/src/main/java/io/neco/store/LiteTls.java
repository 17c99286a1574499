package io.neco.store;

import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** TLS for a single short connection: the same trust and identity as every other connection, without the work a JVM does before it needs it. */
final class LiteTls {
    private LiteTls() {}

    static SSLSocketFactory socketFactory(EtcdConfig config) throws GeneralSecurityException {
        KeyManager[] keys = new KeyManager[0];
        if (config.tlsCert().isPresent()) {
            // read while the handshake begins: both keep a processor busy in a JVM that has just started
            FutureTask<Optional<TlsMaterial.Identity>> identity = new FutureTask<>(new Callable<>() {
                @Override
                public Optional<TlsMaterial.Identity> call() {
                    return TlsMaterial.identity(config);
                }
            });
            Thread reader = new Thread(identity, "neco-etcd-identity");
            reader.setDaemon(true);
            reader.start();
            keys = new KeyManager[] {new IdentityKeyManager(identity)};
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {TlsMaterial.trust(config)}, null);
        return context.getSocketFactory();
    }
}
