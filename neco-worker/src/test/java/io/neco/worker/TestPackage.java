package io.neco.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Real Debian packages for tests. */
final class TestPackage {
    private TestPackage() {}

    /** A whole package of some kilobytes. */
    static byte[] build(Path dir, String name, String version) throws Exception {
        Path tree = Files.createDirectories(dir.resolve("tree/DEBIAN"));
        Files.writeString(
                tree.resolve("control"),
                "Package: " + name + "\nVersion: " + version
                        + "\nArchitecture: amd64\nMaintainer: nobody <nobody@example.com>\nDescription: test\n");
        byte[] filling = new byte[20_000];
        new java.util.Random(1).nextBytes(filling);
        Files.write(Files.createDirectories(dir.resolve("tree/usr/share")).resolve("filling"), filling);
        Path file = dir.resolve("built.deb");
        Process build = new ProcessBuilder(
                        "dpkg-deb", "--build", dir.resolve("tree").toString(), file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor()).as(said).isZero();
        return Files.readAllBytes(file);
    }

    /** SHA-256 in hexadecimal. */
    static String digest(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
