package io.neco.dctest.tls;

import java.io.IOException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** TLS settings of a listener, made of PEM files, which are read again only when it is told to. */
public final class ServerTls {
    private final PemKeyManager keys;
    private final SSLContext context;

    /**
     * Reads the files.
     *
     * @throws IOException if one cannot be used
     */
    public ServerTls(KeyPairFiles files) throws IOException {
        this.keys = new PemKeyManager(files);
        this.context = TlsContexts.context(new KeyManager[] {keys}, new TrustManager[0]);
    }

    /** What connections are made with. */
    public SSLContext context() {
        return context;
    }

    /**
     * Shows new connections what is in the files now.
     *
     * @throws IOException if one cannot be used; nothing has changed then
     */
    public void reread() throws IOException {
        keys.reread();
    }
}
