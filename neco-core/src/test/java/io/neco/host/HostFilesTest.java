package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFilesTest {
    @TempDir
    Path dir;

    private HostFiles files;

    @BeforeEach
    void setUp() {
        files = new HostFiles(new HostRoot(dir));
    }

    @Test
    void flushesFilesThatAreNoFilesOrNotThere() throws IOException {
        Path programs =
                Files.createDirectories(dir.resolve("usr/local/bin/directory")).resolveSibling("program");
        Files.writeString(programs, "in use");
        Files.createSymbolicLink(programs.resolveSibling("dangling"), Path.of("nowhere"));

        files.flushFilesOf("/usr/local/bin");
        files.flushFilesOf("/usr/local/sbin");

        assertThat(programs).hasContent("in use");
    }

    @Test
    void writesContentModeAndParents() throws IOException {
        files.write("/etc/neco/etcd.key", "secret\n", FileMode.PRIVATE);

        assertThat(files.read("/etc/neco/etcd.key")).isEqualTo("secret\n");
        assertThat(mode("/etc/neco/etcd.key")).isEqualTo("rw-------");
    }

    @Test
    void deletesWhatAKilledProgramLeftOfTheSameFileAndNothingElse() throws IOException {
        Path abandoned = temporary(".etcd.key.17.tmp", Duration.ofHours(1));
        List<Path> others = List.of(
                temporary(".etcd.key.18.tmp", Duration.ofSeconds(5)),
                temporary(".vault.key.19.tmp", Duration.ofHours(1)),
                temporary(".etcd.key.mine.tmp", Duration.ofHours(1)),
                temporary("etcd.key.20.tmp", Duration.ofHours(1)));

        files.write("/etc/neco/etcd.key", "new", FileMode.PRIVATE);

        assertThat(abandoned).doesNotExist();
        assertThat(others).allSatisfy(other -> assertThat(other).exists());
    }

    private Path temporary(String name, Duration age) throws IOException {
        Path file = Files.createDirectories(dir.resolve("etc/neco")).resolve(name);
        Files.writeString(file, "secret");
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    @Test
    void replacingAFileAlsoReplacesItsMode() throws IOException {
        files.write("/a", "1", FileMode.WORLD_READABLE);

        files.write("/a", "2", FileMode.PRIVATE);

        assertThat(mode("/a")).isEqualTo("rw-------");
    }

    @Test
    void replaceSaysWhetherAnythingChanged() throws IOException {
        assertThat(files.replace("/a", "1", FileMode.WORLD_READABLE)).isTrue();
        assertThat(files.replace("/a", "1", FileMode.WORLD_READABLE)).isFalse();
        assertThat(files.replace("/a", "2", FileMode.WORLD_READABLE)).isTrue();
        assertThat(files.read("/a")).isEqualTo("2");
    }

    @Test
    void replaceMendsTheModeOfAnUnchangedFile() throws IOException {
        files.write("/a.key", "1", FileMode.WORLD_READABLE);

        assertThat(files.replace("/a.key", "1", FileMode.PRIVATE)).isFalse();

        assertThat(mode("/a.key")).isEqualTo("rw-------");
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Files.createDirectories(dir.resolve("taken/child"));

        assertThatThrownBy(() -> files.write("/taken", "x", FileMode.WORLD_READABLE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write " + dir.resolve("taken"));

        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).containsExactly(dir.resolve("taken"));
        }
    }

    @Test
    void aBrokenStreamLeavesNoTemporaryFile() throws IOException {
        @SuppressWarnings("InputStreamSlowMultibyteRead")
        InputStream broken = new InputStream() {
            private int sent;

            @Override
            public int read() throws IOException {
                if (sent++ < 10) {
                    return 'x';
                }
                throw new IOException("connection cut");
            }
        };

        assertThatThrownBy(() -> files.copyToTemporary("/tmp", "neco-", ".deb", broken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("connection cut");

        try (Stream<Path> left = Files.list(dir.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void copiesAStreamToAPrivateFile() throws IOException {
        Path copy = files.copyToTemporary(
                "/tmp", "neco-", ".deb", new ByteArrayInputStream("data".getBytes(StandardCharsets.UTF_8)));

        assertThat(copy).hasContent("data");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rw-------");
    }

    @Test
    void aMissingFileReadsAsEmpty() throws IOException {
        assertThat(files.readIfExists("/etc/neco/nothing")).isEmpty();
        assertThat(files.exists("/etc/neco/nothing")).isFalse();
    }

    @Test
    void relativePathsAreRefused() {
        assertThatThrownBy(() -> files.read("etc/neco/rack"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("etc/neco/rack");
    }

    private String mode(String absolute) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(files.path(absolute)));
    }
}
