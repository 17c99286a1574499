package io.neco.dctest.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Offers one key pair whatever is asked for. A client reads its files for every handshake, a server when it is told to. */
final class PemKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "key";

    private final KeyPairFiles files;
    private volatile Pair pair;

    @SuppressWarnings("ArrayRecordComponent") // neither compared nor changed
    private record Pair(X509Certificate[] chain, PrivateKey key) {}

    PemKeyManager(KeyPairFiles files) throws IOException {
        this.files = files;
        this.pair = read(files);
    }

    /** Uses what is in the files now; the former pair stays if that cannot be used. */
    void reread() throws IOException {
        pair = read(files);
    }

    private static Pair read(KeyPairFiles files) throws IOException {
        X509Certificate[] chain = Pem.certificates(files.certificate()).toArray(new X509Certificate[0]);
        PrivateKey key = Pem.privateKey(files.key());
        if (!chain[0].getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            throw new IOException("the key in " + files.key() + " does not belong to " + files.certificate());
        }
        return new Pair(chain, key);
    }

    private @Nullable String aliasFor(String... types) {
        String algorithm = pair.key().getAlgorithm();
        for (String type : types) {
            if (type.equals(algorithm) || type.startsWith(algorithm + "_")) {
                return ALIAS;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return aliasFor(type);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return aliasFor(type);
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        try {
            reread();
        } catch (IOException e) {
            // the files are just being replaced: the former certificate will do
        }
        return aliasFor(types);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return chooseClientAlias(types, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return pair.chain().clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return pair.key();
    }
}
