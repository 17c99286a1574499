package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
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
                "received unexpected HTTP status: 503 Service Unavailable",
                "received unexpected HTTP status: 500 Internal Server Error",
                "Get \"https://quay.io/v2/\": Internal Server Error", // a proxy's
                "read tcp 10.69.0.3:50412->172.30.1.2:443: read: connection timed out", // a cable was pulled
                "Get \"https://quay.io/v2/\": dial tcp: lookup quay.io on 127.0.0.53:53: server misbehaving",
                "Get \"https://quay.io/v2/\": dial tcp: lookup quay.io: Temporary failure in name resolution",
                "Get \"https://quay.io/v2/\": context deadline exceeded"
            })
    void aRegistryThatCannotBeReachedIsWaitedForAMinute(String error) {
        assertThat(pauseAfter(1, 0, error)).hasValue(Duration.ofSeconds(1));
        assertThat(pauseAfter(4, 8, error)).hasValue(Duration.ofSeconds(8));
        assertThat(pauseAfter(9, 49, error)).hasValue(Duration.ofSeconds(10));
        assertThat(pauseAfter(12, 50, error)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "manifest for quay.io/cybozu/absent:1 not found: manifest unknown",
                "Get \"https://qauy.io/v2/\": dial tcp: lookup qauy.io on 127.0.0.53:53: no such host", // a name that
                // is no name
                "unauthorized: access to the requested resource is not authorized",
                "write /var/lib/docker/tmp/GetImageBlob: no space left on device"
            })
    void anotherAnswerGetsThreeAttempts(String error) {
        assertThat(pauseAfter(1, 0, error)).hasValue(Duration.ofSeconds(1));
        assertThat(pauseAfter(2, 2, error)).hasValue(Duration.ofSeconds(2));
        assertThat(pauseAfter(3, 5, error)).isEmpty();
    }

    /** The minute begins with the first failure, and whatever takes a minute to fail gets three attempts as well. */
    @Test
    void aLongPullThatIsCutOffIsTriedAgain() {
        Duration pulled = Duration.ofMinutes(10);
        String error = "unexpected EOF";
        assertThat(PullRetry.pauseAfter(1, Duration.ZERO, pulled, LONG, error)).hasValue(Duration.ofSeconds(1));
        assertThat(PullRetry.pauseAfter(2, Duration.ofMinutes(3), pulled, LONG, error))
                .hasValue(Duration.ofSeconds(2));
        assertThat(PullRetry.pauseAfter(3, Duration.ofMinutes(6), pulled, LONG, error))
                .isEmpty();
    }

    @Test
    void theDeadlineEndsItInAnyCase() {
        Duration deadline = Duration.ofSeconds(3);
        assertThat(PullRetry.pauseAfter(1, Duration.ZERO, Duration.ofSeconds(2), deadline, "connection refused"))
                .isEmpty();
    }

    private static Optional<Duration> pauseAfter(int attempt, int seconds, String error) {
        Duration elapsed = Duration.ofSeconds(seconds);
        return PullRetry.pauseAfter(attempt, elapsed, elapsed, LONG, error);
    }
}
