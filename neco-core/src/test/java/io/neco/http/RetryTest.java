package io.neco.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryTest {
    private final List<Duration> pauses = new ArrayList<>();
    private final Retry retry = new Retry(5, Duration.ofSeconds(1), Duration.ofSeconds(4), pauses::add, new Random(1));

    @Test
    void triesAgainAfterPausesThatDoubleUpToALimit() throws Exception {
        AtomicInteger calls = new AtomicInteger();

        String result = retry.call("test", Retry::isTransient, () -> {
            if (calls.incrementAndGet() < 5) {
                throw new IOException("cut");
            }
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(pauses).hasSize(4);
        for (int i = 0; i < 4; i++) {
            long most = Math.min(4000, 1000L << i);
            assertThat(pauses.get(i)).isBetween(Duration.ofMillis(most / 2 - 1), Duration.ofMillis(most));
        }
    }

    @Test
    void givesUpAfterTheLastAttemptWithTheLastFailure() {
        AtomicInteger calls = new AtomicInteger();

        assertThatIOException()
                .isThrownBy(() -> retry.call("test", Retry::isTransient, () -> {
                    throw new IOException("cut " + calls.incrementAndGet());
                }))
                .withMessage("cut 5");
        assertThat(pauses).hasSize(4);
    }

    @Test
    void countsAnewWhenAnAttemptHasBroughtSomething() {
        AtomicInteger calls = new AtomicInteger();

        assertThatIOException()
                .isThrownBy(() -> retry.call("test", Retry::isTransient, () -> Math.min(calls.get(), 4), () -> {
                    throw new IOException("cut " + calls.incrementAndGet());
                }))
                .withMessage("cut 8");
        assertThat(pauses.subList(0, 4)).allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) <= 0);
        assertThat(pauses).hasSize(7);
    }

    @Test
    void doesNotRepeatWhatCannotSucceed() {
        assertThatIOException()
                .isThrownBy(() -> retry.call("test", Retry::isTransient, () -> {
                    throw new HttpStatusException("GET x", 404, "");
                }));
        assertThat(pauses).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"400, false", "403, false", "404, false", "408, true", "429, true", "500, true", "503, true"})
    void knowsWhichAnswersMayPass(int status, boolean isTransient) {
        assertThat(Retry.isTransient(new HttpStatusException("GET x", status, "")))
                .isEqualTo(isTransient);
        assertThat(Retry.isTransient(new IOException("cannot ask", new HttpStatusException("GET x", status, ""))))
                .isEqualTo(isTransient);
    }

    @Test
    void waitsAsLongAsTheServerAsksAlsoWhereTheAnswerIsTheCause() {
        IOException busy =
                new IOException("cannot ask", new HttpStatusException("GET x", 503, "", Duration.ofSeconds(90)));
        IOException closed =
                new IOException("cannot ask", new HttpStatusException("GET x", 503, "", Duration.ofMinutes(3)));
        Iterator<IOException> answers = List.of(busy, closed).iterator();

        assertThatIOException()
                .isThrownBy(() -> retry.call("test", Retry::isTransient, () -> {
                    throw answers.next();
                }))
                .isSameAs(closed);
        assertThat(pauses).containsExactly(Duration.ofSeconds(90));
    }

    @Test
    void takesNetworkErrorsAsPassingButNotFilesAndCertificates() {
        assertThat(Retry.isTransient(new IOException("connection reset"))).isTrue();
        assertThat(Retry.isTransient(new NoSuchFileException("/x"))).isFalse();
        assertThat(Retry.isTransient(new LocalFileException("disk full", new IOException())))
                .isFalse();
        assertThat(Retry.isTransient(new IOException(new SSLPeerUnverifiedException("another name"))))
                .isFalse();
    }

    @Test
    void takesAHandshakeThatWasCutAsPassingButNotOneThatWasRefused() {
        String cut = "Remote host terminated the handshake"; // so says the JDK's HTTP client, which gives no cause
        assertThat(Retry.isTransient(handshake(cut, null))).isTrue();
        assertThat(Retry.isTransient(handshake(cut, new EOFException("SSL peer shut down incorrectly"))))
                .isTrue();
        assertThat(Retry.isTransient(handshake("no path", new CertificateException("no path"))))
                .isFalse();
        assertThat(Retry.isTransient(handshake("(handshake_failure) Received fatal alert: bad_certificate", null)))
                .isFalse();
    }

    private static IOException handshake(String message, @Nullable Exception cause) {
        return new IOException(new SSLHandshakeException(message).initCause(cause));
    }
}
