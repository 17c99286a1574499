package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PullRetryTest {
    private static final Duration LONG = Duration.ofMinutes(30);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Get \"https://quay.io/v2/\": dial tcp 172.30.1.2:443: connect: connection refused",
                "Get \"https://quay.io/v2/\": dial tcp: lookup quay.io on 127.0.0.1:53: i/o timeout",
                "Get \"https://quay.io/v2/\": net/http: TLS handshake timeout",
                "Get \"https://quay.io/v2/\": EOF",
                "Get \"https://quay.io/v2/\": Unable to connect", // what a proxy says, here tinyproxy
                "proxyconnect tcp: dial tcp 10.0.49.3:3128: connect: no route to host",
                "received unexpected HTTP status: 503 Service Unavailable"
            })
    void aRegistryThatCannotBeReachedIsWaitedForAMinute(String error) {
        assertThat(PullRetry.pauseAfter(1, Duration.ZERO, LONG, error)).hasValue(Duration.ofSeconds(1));
        assertThat(PullRetry.pauseAfter(4, Duration.ofSeconds(8), LONG, error)).hasValue(Duration.ofSeconds(8));
        assertThat(PullRetry.pauseAfter(9, Duration.ofSeconds(49), LONG, error)).hasValue(Duration.ofSeconds(10));
        assertThat(PullRetry.pauseAfter(12, Duration.ofSeconds(50), LONG, error))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "manifest for quay.io/cybozu/absent:1 not found: manifest unknown",
                "unauthorized: access to the requested resource is not authorized",
                "write /var/lib/docker/tmp/GetImageBlob: no space left on device"
            })
    void anotherAnswerGetsThreeAttempts(String error) {
        assertThat(PullRetry.pauseAfter(1, Duration.ZERO, LONG, error)).hasValue(Duration.ofSeconds(1));
        assertThat(PullRetry.pauseAfter(2, Duration.ofSeconds(2), LONG, error)).hasValue(Duration.ofSeconds(2));
        assertThat(PullRetry.pauseAfter(3, Duration.ofSeconds(5), LONG, error)).isEmpty();
    }

    @Test
    void theDeadlineEndsItInAnyCase() {
        assertThat(PullRetry.pauseAfter(1, Duration.ofSeconds(2), Duration.ofSeconds(3), "connection refused"))
                .isEmpty();
    }
}
