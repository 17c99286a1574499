package io.neco.tools.menu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** BIRD itself reads the configuration of every switch. */
class BirdFilesIT {
    @TempDir
    Path dir;

    @Test
    void birdAcceptsTheConfigurationOfEverySwitch() throws Exception {
        Map<String, String> files = new TreeMap<>();
        DataCentre example = DataCentre.of(new MenuFixture(dir).read(MenuFixture.EXAMPLE));
        for (DataCentre dataCentre :
                List.of(MenuFixture.dctest("menu.yml"), MenuFixture.dctest("menu-ss.yml"), example)) {
            MenuFixture.files(dataCentre, "key").forEach((name, text) -> {
                if (name.startsWith("bird_")) {
                    files.put(files.size() + "-" + name, text);
                }
            });
        }
        assertThat(files).hasSize(11 + 9 + 7);

        for (Map.Entry<String, String> file : files.entrySet()) {
            Path config = Files.writeString(dir.resolve(file.getKey()), file.getValue());
            assertThat(Bird.problems(config)).as(file.getKey()).isEmpty();
        }
    }

    @Test
    void birdWouldTellOfAMistake() throws Exception {
        Path config =
                Files.writeString(dir.resolve("bad.conf"), "protocol bgp 'x' {\n    nieghbor 10.0.0.1 as 1;\n}\n");

        assertThat(Bird.problems(config)).contains("bad.conf:2");
    }

    /** Debian's BIRD 2. */
    static final class Bird {
        private Bird() {}

        /** What it says against a file; empty: nothing. */
        static String problems(Path config) throws IOException, InterruptedException {
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
}
