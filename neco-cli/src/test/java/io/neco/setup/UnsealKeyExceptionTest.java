package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.vault.VaultRequestException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which refusals of Vault are the key's fault; the texts are those of Vaults since 1.3. */
class UnsealKeyExceptionTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "400, invalid key: key is shorter than minimum 16 bytes",
                "400, 'key' must be a valid hex or base64 string",
                "400, unable to retrieve stored keys: failed to decrypt keys: cipher: message authentication failed",
                "500, unable to retrieve stored keys: failed to encrypt keys for storage: cipher: message authentication failed",
                "500, failed to setup unseal key: crypto/aes: invalid key size 33",
                "400, invalid key: failed to setup unseal key: crypto/aes: invalid key size 33"
            })
    void aKeyThatVaultDoesNotTakeIsToldWithTheCure(int status, String words) {
        IOException told = UnsealKeyException.of(new VaultRequestException(words, status));

        assertThat(told)
                .isInstanceOf(UnsealKeyException.class)
                .hasMessageContainingAll(words, "vault-unseal-key", "neco vault show-unseal-key");
    }

    @Test
    void anotherFailureIsLeftAsItIs() {
        for (VaultRequestException failure : new VaultRequestException[] {
            new VaultRequestException("no answer", VaultRequestException.NO_ANSWER),
            new VaultRequestException("internal error", 500),
            new VaultRequestException("Vault is sealed", 503)
        }) {
            assertThat(UnsealKeyException.of(failure)).isSameAs(failure);
        }
    }
}
