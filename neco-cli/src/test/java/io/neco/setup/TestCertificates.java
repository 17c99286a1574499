package io.neco.setup;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Instant;

/** Certificates for tests. */
public final class TestCertificates {
    private TestCertificates() {}

    /** A self-signed certificate of a host with two names. */
    public static X509Bundle endingAt(String commonName, Instant notAfter) {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + commonName)
                    .addSanDnsName("localhost")
                    .addSanIpAddress("10.69.0.3")
                    .setIsCertificateAuthority(true) // who signs itself has to be one
                    .notBefore(notAfter.minusSeconds(864_000))
                    .notAfter(notAfter)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException("cannot make a certificate of " + commonName, e);
        }
    }
}
