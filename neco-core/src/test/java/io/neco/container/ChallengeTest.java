package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    @Test
    void readsWhereTokensAreAndForWhat() {
        Challenge challenge =
                of("Bearer realm=\"https://quay.io/v2/auth\",service=\"quay.io\",scope=\"repository:a/b:pull,push\"")
                        .orElseThrow();

        assertThat(challenge.scheme()).isEqualTo("bearer");
        assertThat(challenge.parameter("realm")).isEqualTo("https://quay.io/v2/auth");
        assertThat(challenge.parameter("service")).isEqualTo("quay.io");
        assertThat(challenge.parameter("scope")).isEqualTo("repository:a/b:pull,push");
        assertThat(challenge.parameter("error")).isEmpty();
    }

    @Test
    void prefersATokenToAPassword() {
        assertThat(of("Basic realm=\"x\"", "bearer realm=https://a.example/t").orElseThrow())
                .isEqualTo(new Challenge("bearer", Map.of("realm", "https://a.example/t")));
        assertThat(of("Basic realm=\"x\"").orElseThrow().scheme()).isEqualTo("basic");
    }

    @Test
    void knowsNothingElse() {
        assertThat(of("Negotiate")).isEmpty();
        assertThat(of()).isEmpty();
    }

    private static Optional<Challenge> of(String... headers) {
        return Challenge.of(HttpHeaders.of(Map.of("WWW-Authenticate", List.of(headers)), (name, value) -> true));
    }
}
