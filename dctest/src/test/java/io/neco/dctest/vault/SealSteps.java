package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Fields;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** What tests do to bring a fresh server to work, as {@code neco setup} does it. */
final class SealSteps {
    /** Statuses of the health of servers that do not serve, each another one; 200 stays that of the active one. */
    static final String CODES = "?sealedcode=298&standbycode=297&uninitcode=296";

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration ELECTION = Duration.ofSeconds(20);

    private SealSteps() {}

    /** With one key. */
    static Fields initialise(Api api) {
        return api.put("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1))
                .expect(200)
                .fields();
    }

    /** With that one key, and waits until some server is active. */
    static void unseal(Api api, Fields made) {
        Fields status = api.put(
                        "sys/unseal", Map.of("key", made.list("keys_base64").get(0)))
                .expect(200)
                .fields();
        assertThat(status.flag("sealed", true)).isFalse();
        assertThat(status.number("progress", -1)).isZero();
        awaitLeader(api);
    }

    /** A server that was unsealed stands for election first; that it has won is known before it is active. */
    static void awaitLeader(Api api) {
        Awaitility.await("an active server").atMost(ELECTION).pollInterval(POLL).until(() -> {
            String leader = api.get("sys/leader").expect(200).fields().text("leader_address");
            return leader.equals(api.address()) ? health(api) == 200 : !leader.isEmpty();
        });
    }

    static void awaitActive(Api api, Duration limit) {
        Awaitility.await("server to become active")
                .atMost(limit)
                .pollInterval(POLL)
                .until(() -> health(api) == 200);
    }

    /** One of {@link #CODES}, or 200. */
    static int health(Api api) {
        return api.get("sys/health" + CODES).status();
    }

    /** What the server says to a key that it does not take: status and text. */
    static String refusedKey(Api api, String key) {
        Api.Answer refusal = api.put("sys/unseal", Map.of("key", key));
        return refusal.status() + " " + String.join(",", refusal.errors());
    }
}
