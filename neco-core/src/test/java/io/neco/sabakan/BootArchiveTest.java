package io.neco.sabakan;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.http.Upload.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootArchiveTest {
    @TempDir
    Path dir;

    @Test
    void isAnArchiveThatTarUnderstands() throws Exception {
        Path kernel = Files.writeString(dir.resolve("vmlinuz"), "the kernel");
        Path initrd = Files.write(dir.resolve("initrd"), new byte[1024]);
        Path archive = Files.write(dir.resolve("all.tar"), bytes(BootArchive.parts(kernel, initrd)));

        Process tar = new ProcessBuilder("tar", "--numeric-owner", "--utc", "-tvf", archive.toString())
                .redirectErrorStream(true)
                .start();
        String listing = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(tar.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(tar.exitValue()).as(listing).isZero();
        assertThat(listing.replaceAll(" +", " "))
                .isEqualTo(
                        "-rw-r--r-- 0/0 10 1970-01-01 00:00 kernel\n-rw-r--r-- 0/0 1024 1970-01-01 00:00 initrd.gz\n");
        assertThat(Files.size(archive)).isEqualTo(512 + 512 + 512 + 1024 + 1024);
    }

    @Test
    void hasTheHeaderThatGoWrites() {
        String header = new String(BootArchive.header("kernel", 10), StandardCharsets.US_ASCII);

        assertThat(header.substring(0, 7)).isEqualTo("kernel\0");
        assertThat(header.substring(100, 157))
                .isEqualTo("0000644\0" + "0000000\0" + "0000000\0" + "00000000012\0" + "00000000000\0" + "010401\0 "
                        + "0");
        assertThat(header.substring(257, 265)).isEqualTo("ustar\00000");
        assertThat(header.substring(329, 345)).isEqualTo("0000000\0" + "0000000\0");
    }

    private static byte[] bytes(List<Part> parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Part part : parts) {
            out.writeBytes(
                    part instanceof Part.OfFile file ? Files.readAllBytes(file.file()) : ((Part.Bytes) part).data());
        }
        return out.toByteArray();
    }
}
