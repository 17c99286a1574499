package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FetchFailureTest {
    private static final String IMAGE = "quay.io/cybozu/bird:2.0.9.1";

    @Test
    void sendsTheOperatorToTheCertificateWhenThatIsRefused() {
        assertThat(advice("no path", new CertificateException("no path")))
                .contains("check that the certificate is quay.io's own");
    }

    @Test
    void sendsTheOperatorToTheNetworkWhenTheHandshakeIsCut() {
        assertThat(advice("Remote host terminated the handshake", null))
                .contains("check that this host reaches quay.io, directly or through the proxy");
    }

    private static String advice(String handshake, @Nullable Exception cause) {
        IOException failure = new IOException(new SSLHandshakeException(handshake).initCause(cause));
        return String.valueOf(FetchFailure.of(IMAGE, ImageName.parse(IMAGE), Path.of("/tmp/bird.img"), failure)
                .getMessage());
    }
}
