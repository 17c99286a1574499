package io.neco.http;

import java.net.Socket;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Asks the trust store anew for each chain of certificates, and says plainly what is wrong with one. */
final class ReloadingTrustManager extends X509ExtendedTrustManager {
    private final OsTrustStore store;

    ReloadingTrustManager(OsTrustStore store) {
        this.store = store;
    }

    /** One of the JDK's checks. */
    private interface Check {
        void by(X509ExtendedTrustManager manager) throws CertificateException;
    }

    private void check(X509Certificate[] chain, Check check) throws CertificateException {
        X509ExtendedTrustManager manager = store.trustFor(chain);
        try {
            check.by(manager);
        } catch (CertificateException e) {
            throw explained(e);
        }
    }

    /** The JDK's own words are "NotAfter: …" or "PKIX path validation failed: …". */
    private CertificateException explained(CertificateException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return new CertificateException("the server's certificate has expired (" + cause.getMessage() + ")", e);
            }
            if (cause instanceof CertificateNotYetValidException) {
                return new CertificateException(
                        "the server's certificate is not valid yet (" + cause.getMessage() + ")", e);
            }
            if (cause instanceof SignatureException || cause instanceof CertPathBuilderException) {
                return new CertificateException("no CA of " + store + " has signed the server's certificate", e);
            }
        }
        return e;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, manager -> manager.checkServerTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, manager -> manager.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, manager -> manager.checkServerTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        store.trustFor(chain).checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        store.trustFor(chain).checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        store.trustFor(chain).checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
