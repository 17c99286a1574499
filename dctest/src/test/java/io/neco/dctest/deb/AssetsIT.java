package io.neco.dctest.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.neco.dctest.Lab;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/assets with a list of its own, from a mirror on this machine. */
class AssetsIT {
    private static final byte[] PLAIN = "a program\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private HttpServer mirror;

    @BeforeEach
    void start() throws IOException {
        mirror = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        mirror.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            synchronized (asked) {
                asked.add(path);
            }
            byte[] body = files.get(path);
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            if (body != null) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        mirror.start();
        Shell.run(
                        "cp",
                        "-a",
                        Shell.sourceTree().resolve("bin").toString(),
                        directory.resolve("bin").toString())
                .orFail();
        Files.createDirectory(directory.resolve("debian"));
        files.put("/host/plain-1.2", PLAIN);
        files.put("/host/sums.txt", (ReleaseApi.sha256(PLAIN) + "  plain-1.2\n").getBytes(StandardCharsets.UTF_8));
        Shell.run(
                        "sh",
                        "-ec",
                        "cd '" + directory + "'; mkdir d; echo one >d/one; echo two >d/two; tar -czf archive.tar.gz d")
                .orFail();
        files.put("/host/archive.tar.gz", Files.readAllBytes(directory.resolve("archive.tar.gz")));
    }

    @AfterEach
    void stop() {
        mirror.stop(0);
    }

    @Test
    void fetchesChecksUnpacksAndPutsWhereItIsUsed() throws IOException {
        list("plain 1.2 linux asset,sbin https://host/plain-@V sums.txt =plain\n"
                + "one 3 linux bin,cli https://host/archive.tar.gz " + sum("/host/archive.tar.gz") + " d/one\n"
                + "two 3 linux bin https://host/archive.tar.gz " + sum("/host/archive.tar.gz") + " d/two=deux\n"
                + "plain 1.2 mac cli https://host/plain-@V - =plain\n");

        assets().orFail();

        assertThat(directory.resolve("out/plain")).hasBinaryContent(PLAIN).isExecutable();
        assertThat(directory.resolve("out/tools/linux/plain"))
                .hasBinaryContent(PLAIN)
                .isExecutable();
        assertThat(directory.resolve("out/tools/linux/one")).hasContent("one").isExecutable();
        assertThat(directory.resolve("out/tools/linux/deux")).hasContent("two");
        assertThat(directory.resolve("out/tools/mac")).doesNotExist();
        assertThat(asked).containsOnlyOnce("/host/archive.tar.gz");
    }

    @Test
    void fetchesOnlyWhatIsNotThereInTheRightVersion() throws IOException {
        list("plain 1.2 linux bin https://host/plain-@V sums.txt =plain\n");
        assets().orFail();
        asked.clear();

        assets().orFail();

        assertThat(asked).isEmpty();

        files.put("/host/plain-1.3", PLAIN);
        list("plain 1.3 linux bin https://host/plain-@V - =plain\n");
        assets().orFail();
        assertThat(asked).containsExactly("/host/plain-1.3");
    }

    @Test
    void refusesWhatWasChanged() throws IOException {
        list("plain 1.2 linux bin https://host/plain-@V " + "0".repeat(64) + " =plain\n");
        assertThat(assets().stderr())
                .contains(
                        "https://host/plain-1.2 has the checksum " + ReleaseApi.sha256(PLAIN), "debian/tools says 000");

        files.put("/host/plain-1.2", "changed\n".getBytes(StandardCharsets.UTF_8));
        list("plain 1.2 linux bin https://host/plain-@V sums.txt =plain\n");
        assertThat(assets().stderr()).contains("its makers say " + ReleaseApi.sha256(PLAIN));

        assertThat(directory.resolve("out/tools/linux/plain")).doesNotExist();
    }

    @Test
    void pinsWhatHasNoChecksumYet() throws IOException {
        list(
                "plain 1.2 linux bin https://host/plain-@V - =plain\nplain 1.2 mac cli https://host/plain-@V sums.txt =plain\n");

        var result = assets("--pin", "--platform", "linux", "--platform", "mac").orFail();

        assertThat(result.stderr()).contains("WARNING: https://host/plain-1.2 was not checked");
        assertThat(directory.resolve("debian/tools"))
                .hasContent("plain 1.2 linux bin https://host/plain-@V " + ReleaseApi.sha256(PLAIN) + " =plain\n"
                        + "plain 1.2 mac cli https://host/plain-@V " + ReleaseApi.sha256(PLAIN) + " =plain\n");
    }

    @Test
    void saysWhatIsNotThere() throws IOException {
        list("plain 9 linux bin https://host/plain-@V - =plain\n");

        assertThat(assets().stderr()).contains("/host/plain-9 could not be fetched");
        assertThat(assets("nonsense").stderr()).contains("there is no asset nonsense");
        assertThat(assets("--platform", "amiga").stderr()).contains("amiga is none of linux, windows and mac");
    }

    @Test
    void findsANameInAListOfAnyLength() throws IOException {
        list("plain 1.2 linux bin https://host/plain-@V - =plain\n"
                + "other 1 mac cli https://host/other - =other\n".repeat(2_000));

        assets("plain").orFail();

        assertThat(directory.resolve("out/tools/linux/plain")).hasBinaryContent(PLAIN);
    }

    @Test
    void tellsAnotherUserThatRootHasBuiltHereAndWhatToDo() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can be another user");
        list("plain 1.2 linux bin https://host/plain-@V - =plain\n");
        Path build = Files.createDirectory(directory.resolve("build"));
        Shell.run("chmod", "755", directory.toString(), build.toString()).orFail();

        var result = Shell.run(
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                directory.resolve("bin/assets").toString(),
                "plain");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stderr())
                .contains("bin/assets: " + build + " is not nobody's but root's")
                .contains("run this with sudo, too", "sudo chown -R nobody '" + directory + "'")
                .doesNotContain("denied");
    }

    @Test
    void everyLineOfTheRealListIsComplete() throws IOException {
        Files.readAllLines(Shell.sourceTree().resolve("debian/tools")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> assertThat(line)
                        .matches("[a-z_-]+ [0-9.]+ (linux|windows|mac) (asset|bin|sbin|cli)(,(asset|bin|sbin|cli))* "
                                + "(https://\\S+|go:\\S+) ([0-9a-f]{64}|-|[^0-9a-f]\\S*|\\S+\\.\\S+) \\S+"));
        assertThat(Tools.names("linux", "asset"))
                .containsExactlyInAnyOrder(
                        "containerd",
                        "containerd-shim",
                        "containerd-shim-runc-v1",
                        "containerd-shim-runc-v2",
                        "ctr",
                        "k8s-runc",
                        "crictl",
                        "node_exporter");
    }

    private String sum(String path) {
        return ReleaseApi.sha256(files.getOrDefault(path, new byte[0]));
    }

    private void list(String lines) throws IOException {
        Files.writeString(directory.resolve("debian/tools"), lines);
    }

    private Lab.Result assets(String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                directory.resolve("bin/assets").toString(),
                "--output",
                directory.resolve("out").toString(),
                "--from",
                "http://127.0.0.1:" + mirror.getAddress().getPort()));
        line.addAll(List.of(arguments));
        return Shell.run(line.toArray(new String[0]));
    }
}
