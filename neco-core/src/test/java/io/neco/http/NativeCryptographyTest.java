package io.neco.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NativeCryptographyTest {
    @Test
    void digestsAreTheLibrarysOnceItIsPreferred() throws Exception {
        NativeCryptography.prefer();

        MessageDigest digest = MessageDigest.getInstance("SHA-256");

        assertThat(NativeCryptography.isInUse()).isTrue();
        assertThat(digest.getProvider().getName()).isEqualTo("AmazonCorrettoCryptoProvider");
        assertThat(HexFormat.of().formatHex(digest.digest("abc".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
