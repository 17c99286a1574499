package io.neco.dctest.vault;

import io.neco.dctest.json.Fields;
import io.neco.dctest.vault.config.ServerConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** PEM files for servers and users, made by the stand-in itself in its development mode. */
public final class Certificates {
    private final Path directory;

    /** Makes {@code ca.crt}, {@code server.crt} for 127.0.0.1, and client certificates of the users root and vault. */
    public Certificates(Path directory) throws IOException {
        this.directory = directory;
        try (VaultServer server = VaultServer.start(
                ServerConfig.development(ServerConfig.address("127.0.0.1:0"), "t"),
                Clock.systemUTC(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                line -> {})) {
            Api api = Api.at("http://127.0.0.1:" + server.address().getPort()).as("t");
            api.post("sys/mounts/ca", Map.of("type", "pki")).expect(204);
            api.put("ca/root/generate/exported", Map.of("common_name", "test CA"))
                    .expect(200);
            api.put("ca/roles/any", Map.of("allow_any_name", true, "max_ttl", "9h"))
                    .expect(204);
            write(api, "server", Map.of("common_name", "localhost", "ip_sans", List.of("127.0.0.1"), "ttl", "9h"));
            write(api, "root", Map.of("common_name", "root", "exclude_cn_from_sans", true, "ttl", "9h"));
            write(api, "vault", Map.of("common_name", "vault", "exclude_cn_from_sans", true, "ttl", "9h"));
        }
    }

    private void write(Api api, String name, Map<String, Object> wish) throws IOException {
        Fields made = api.put("ca/issue/any", wish).expect(200).data();
        Files.writeString(file(name + ".crt"), made.text("certificate"));
        Files.writeString(file(name + ".key"), made.text("private_key"));
        Files.writeString(file("ca.crt"), made.text("issuing_ca"));
    }

    /** Where one of the files is. */
    public Path file(String name) {
        return directory.resolve(name);
    }
}
