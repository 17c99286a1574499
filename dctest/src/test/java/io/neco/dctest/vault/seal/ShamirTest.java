package io.neco.dctest.vault.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShamirTest {
    private final SecureRandom random = new SecureRandom();

    private byte[] secret() {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        return secret;
    }

    @Test
    void anyThresholdOfSharesGivesTheSecretBack() {
        byte[] secret = secret();
        List<byte[]> shares = Shamir.split(secret, 5, 3, random);

        assertThat(shares).allSatisfy(share -> assertThat(share).hasSize(33));
        for (int a = 0; a < 5; a++) {
            for (int b = a + 1; b < 5; b++) {
                for (int c = b + 1; c < 5; c++) {
                    assertThat(Shamir.combine(List.of(shares.get(c), shares.get(a), shares.get(b))))
                            .isEqualTo(secret);
                }
            }
        }
        assertThat(Shamir.combine(shares)).isEqualTo(secret);
    }

    @Test
    void tooFewSharesGiveSomethingElse() {
        byte[] secret = secret();
        List<byte[]> shares = Shamir.split(secret, 5, 3, random);

        assertThat(Shamir.combine(shares.subList(0, 2))).isNotEqualTo(secret);
    }

    @Test
    void unsuitableNumbersAndSharesAreRefused() {
        List<byte[]> shares = Shamir.split(secret(), 3, 2, random);

        assertThatThrownBy(() -> Shamir.split(secret(), 2, 3, random)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Shamir.split(secret(), 256, 2, random)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Shamir.combine(List.of(shares.get(0), shares.get(0))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Shamir.combine(List.of(shares.get(0), new byte[3])))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
