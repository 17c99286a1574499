package io.neco.http;

import static org.assertj.core.api.Assertions.assertThat;

import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class QuickKeyExchangeTest {
    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "X25519 and P-256 are always offered together there")
    void oneKindIsOffered() throws ReflectiveOperationException {
        SSLParameters parameters = new SSLParameters();

        QuickKeyExchange.offer(parameters);

        assertThat(SSLParameters.class.getMethod("getNamedGroups").invoke(parameters))
                .isEqualTo(new String[] {"x25519"});
    }
}
