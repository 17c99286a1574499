package io.neco.dctest.vault.seal;

import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;

/**
 * Into how many shares the unseal key is divided. Stored in clear, because it is needed before anything can be read.
 *
 * @param shares 1-255
 * @param threshold how many of them open the barrier
 */
public record SealConfig(int shares, int threshold) {

    /** @throws IllegalArgumentException with Vault's words, if the numbers make no sense */
    public SealConfig {
        if (shares < 1) {
            throw new IllegalArgumentException("shares must be at least one");
        }
        if (threshold < 1) {
            throw new IllegalArgumentException("threshold must be at least one");
        }
        if (shares > 1 && threshold == 1) {
            throw new IllegalArgumentException("threshold must be greater than one for multiple shares");
        }
        if (shares > 255) {
            throw new IllegalArgumentException("shares must be less than 256");
        }
        if (threshold > shares) {
            throw new IllegalArgumentException("threshold cannot be larger than shares");
        }
    }

    /**
     * The stored entry.
     *
     * @param keyring the barrier's key, encrypted with the root key
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, neither compared nor changed
    record Stored(SealConfig config, byte[] keyring) {

        byte[] toBytes() {
            return Json.bytes(Map.of(
                    "type",
                    "shamir",
                    "secret_shares",
                    config.shares,
                    "secret_threshold",
                    config.threshold,
                    "keyring",
                    Base64.getEncoder().encodeToString(keyring)));
        }

        static Stored parse(byte[] bytes) throws IOException {
            Fields fields = new Fields(Json.parseObject(bytes));
            return new Stored(
                    new SealConfig((int) fields.number("secret_shares", 0), (int) fields.number("secret_threshold", 0)),
                    Base64.getDecoder().decode(fields.text("keyring")));
        }
    }
}
