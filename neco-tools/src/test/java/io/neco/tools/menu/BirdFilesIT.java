package io.neco.tools.menu;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.tools.Bird;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
}
