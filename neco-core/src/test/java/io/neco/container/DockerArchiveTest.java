package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerArchiveTest {
    @TempDir
    Path dir;

    @Test
    void isAnArchiveThatTarLists() throws Exception {
        Path file = Files.createFile(dir.resolve("archive"));
        try (DockerArchive archive = new DockerArchive(file)) {
            byte[] content = "content".getBytes(StandardCharsets.UTF_8);
            archive.add("sha256:00", content.length, (f, start) -> f.write(ByteBuffer.wrap(content), start));
            archive.add("11.tar.gz", 0, (f, start) -> {});

            long size = archive.finish("sha256:00", "quay.io/cybozu/etcd:1", List.of("11.tar.gz"));

            assertThat(size).isEqualTo(Files.size(file));
        }

        assertThat(tar("-tvf", file).lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "-rw-r--r-- 0/0 7 1970-01-01 00:00 sha256:00",
                        "-rw-r--r-- 0/0 0 1970-01-01 00:00 11.tar.gz",
                        "-rw-r--r-- 0/0 84 1970-01-01 00:00 manifest.json");
        assertThat(tar("-xOf", file, "manifest.json"))
                .contains("\"Config\":\"sha256:00\"")
                .contains("\"RepoTags\":[\"quay.io/cybozu/etcd:1\"]")
                .contains("\"Layers\":[\"11.tar.gz\"]");
    }

    @Test
    void layersAbove8GiBHaveTheirSizeInBinary() throws Exception {
        Path file = dir.resolve("large");
        Files.write(file, DockerArchive.header("large", 10L << 30));

        // tar tells of the missing content, too
        assertThat(tar("--ignore-failed-read", "-tvf", file)).contains(" 10737418240 ");
    }

    private static String tar(Object... arguments) throws Exception {
        String[] command = new String[arguments.length + 2];
        command[0] = "tar";
        command[1] = "--force-local";
        for (int i = 0; i < arguments.length; i++) {
            command[i + 2] = arguments[i].toString();
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
