package io.neco.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Sha256Test {
    private static final int SIZE = Sha256.LONG + 12_345;

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("programs")
    void everyProgramFindsWhatTheJvmFinds(List<String> program) throws Exception {
        byte[] content = content();
        try (Sha256 digest = new Sha256(SIZE, List.of(program))) {
            digest.update(ByteBuffer.wrap(content, 0, 1000));
            digest.update(ByteBuffer.allocateDirect(200_000)
                    .put(content, 1000, 200_000)
                    .flip());
            digest.update(ByteBuffer.wrap(content, 201_000, SIZE - 201_000));

            assertThat(digest.finish()).contains(expected(content));
        }
    }

    static List<List<String>> programs() {
        return Sha256.PROGRAMS;
    }

    @Test
    void doesWithoutAProgram() throws Exception {
        try (Sha256 digest = new Sha256(SIZE, List.of(List.of("/no/such/program")))) {
            digest.update(ByteBuffer.wrap(content()));

            assertThat(digest.finish()).contains(expected(content()));
        }
    }

    @Test
    void tellsWhenTheProgramDiesOrTalksNonsense() throws Exception {
        for (String script : List.of("exit 1", "cat >/dev/null; exit 1", "cat >/dev/null; echo hm")) {
            try (Sha256 digest = new Sha256(SIZE, List.of(List.of("/bin/sh", "-c", script)))) {
                digest.update(ByteBuffer.wrap(content()));

                assertThat(digest.finish()).as(script).isEmpty();
            }
        }
    }

    @Test
    void readsAPieceOfAFileAgain() throws Exception {
        Path file = directory.resolve("file");
        Files.write(file, content());

        assertThat(Sha256.ofFile(file, 0, SIZE)).isEqualTo(expected(content()));
        assertThat(Sha256.ofFile(file, 5, 0)).isEqualTo(expected(new byte[0]));
    }

    private static byte[] content() {
        byte[] bytes = new byte[SIZE];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    private static String expected(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
