package io.neco.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Debian's BIRD 2. */
public final class Bird {
    private Bird() {}

    /** What it says against a file; empty: nothing. */
    public static String problems(Path config) throws IOException, InterruptedException {
        Optional<String> program = Stream.of("/usr/sbin/bird", "/sbin/bird", "/usr/local/sbin/bird")
                .filter(p -> Files.isExecutable(Path.of(p)))
                .findFirst();
        if (program.isEmpty()) {
            fail("bird is missing: install Debian's package bird2, or run bin/internal/prepare, which does");
        }
        Process bird = new ProcessBuilder(program.orElseThrow(), "-p", "-c", config.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(bird.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bird.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return bird.exitValue() == 0 ? "" : said + "(status " + bird.exitValue() + ")";
    }
}
