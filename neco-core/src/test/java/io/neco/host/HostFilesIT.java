package io.neco.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only root can do with files: give them away, and fill a disk of its own. */
class HostFilesIT {
    private static final String CONTAINER = "rw------- " + HostPaths.CONTAINER_UID + ":" + HostPaths.CONTAINER_UID;
    private static final int ROOT = 0;

    /** Owners are given on the real host only, so that is where these files are. */
    private final HostFiles files = new HostFiles(HostRoot.system());

    @TempDir
    Path dir;

    @BeforeEach
    void requireRoot() throws IOException {
        assumeTrue(Files.getAttribute(dir, "unix:uid").equals(ROOT), "only root can give files away");
    }

    @Test
    void aFileIsWrittenForItsReader() throws IOException {
        String key = dir.resolve("server.key").toString();
        files.write(key, "old", FileMode.PRIVATE);
        assertThat(mode(key)).isEqualTo("rw------- 0:0");

        files.write(key, "secret", FileMode.CONTAINER_PRIVATE);

        assertThat(mode(key)).isEqualTo(CONTAINER);
        assertThat(files.read(key)).isEqualTo("secret");
    }

    @Test
    void aDirectoryIsMadeForItsReader() throws IOException {
        String data = dir.resolve("data").toString();

        files.createDirectory(data, FileMode.CONTAINER_DIRECTORY);

        assertThat(mode(data)).isEqualTo(CONTAINER.replace("rw-", "rwx"));
    }

    @Test
    void replaceMendsTheOwnerOfAnUnchangedFile() throws IOException {
        String key = dir.resolve("server.key").toString();
        files.write(key, "secret", FileMode.PRIVATE);

        assertThat(files.replace(key, "secret", FileMode.CONTAINER_PRIVATE)).isFalse();

        assertThat(mode(key)).isEqualTo(CONTAINER);
    }

    @Test
    void aFileOfTheWrongOwnerOrGroupIsGivenToItsReaderAsAfterARestoredBackup() throws IOException {
        String key = dir.resolve("server.key").toString();
        files.write(key, "secret", FileMode.PRIVATE);
        assertThat(files.setMode(key, FileMode.CONTAINER_PRIVATE)).isTrue();
        assertThat(mode(key)).isEqualTo(CONTAINER);

        assertThat(files.setMode(key, FileMode.CONTAINER_PRIVATE)).isFalse();

        Files.setAttribute(Path.of(key), "unix:gid", ROOT);
        assertThat(files.setMode(key, FileMode.CONTAINER_PRIVATE)).isTrue();
        assertThat(mode(key)).isEqualTo(CONTAINER);
    }

    @Test
    void anOwnerThatDoesNotMatterStaysAsItIs() throws IOException {
        String key = dir.resolve("etcd.key").toString();
        files.write(key, "secret", FileMode.CONTAINER_PRIVATE);

        assertThat(files.setMode(key, FileMode.PRIVATE)).isFalse();

        assertThat(mode(key)).isEqualTo(CONTAINER);
    }

    @Test
    void aFullDiskLeavesTheOldFileAndNothingElse() throws Exception {
        Path disk = Files.createDirectory(dir.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString());
        try {
            String file = disk.resolve("rack").toString();
            files.write(file, "1\n", FileMode.WORLD_READABLE);
            byte[] tooMuch = new byte[100_000];

            assertThatIOException()
                    .isThrownBy(() -> files.write(file, tooMuch, FileMode.PRIVATE))
                    .withMessage("cannot write " + file
                            + ": No space left on device; the previous file, if any, is unchanged");
            assertThatIOException()
                    .isThrownBy(() ->
                            files.copyToTemporary(disk.toString(), "neco-", ".deb", new ByteArrayInputStream(tooMuch)))
                    .withMessageMatching("cannot write " + disk + "/neco-.*\\.deb: No space left on device");

            assertThat(files.read(file)).isEqualTo("1\n");
            assertThat(mode(file)).isEqualTo("rw-r--r-- 0:0");
            assertThat(disk).isDirectoryContaining(path -> path.endsWith("rack"));
            try (var left = Files.list(disk)) {
                assertThat(left).hasSize(1);
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    private String mode(String absolute) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(files.path(absolute), "unix:uid,gid");
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(files.path(absolute))) + " "
                + attributes.get("uid") + ":" + attributes.get("gid");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0)
                .as(String.join(" ", command))
                .isTrue();
    }
}
