package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.LeaderKey;
import io.neco.store.SecretKey;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;

/** A scratch tree whose config.yml names a real etcd cluster. */
final class ClusterHost {
    static final UpdateRequest REQUEST =
            new UpdateRequest("2022.05.25-1", List.of(0, 1), false, OffsetDateTime.parse("2022-05-25T01:02:03Z"));

    private final Path root;
    private final EtcdConfig config;

    ClusterHost(Path root, EtcdConfig config) {
        this.root = root;
        this.config = config;
        StringBuilder yaml = new StringBuilder("endpoints:\n");
        config.endpoints()
                .forEach(endpoint -> yaml.append("- ").append(endpoint).append('\n'));
        yaml.append("prefix: ").append(config.prefix()).append("\ntimeout: 2s\n");
        append(yaml, "tls-ca-file", config.tlsCa());
        append(yaml, "tls-cert-file", config.tlsCert());
        append(yaml, "tls-key-file", config.tlsKey());
        try {
            Files.createDirectories(root.resolve("etc/neco"));
            Files.writeString(root.resolve("etc/neco/config.yml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void append(StringBuilder yaml, String key, java.util.Optional<EtcdConfig.Pem> pem) {
        pem.ifPresent(p -> yaml.append(key)
                .append(": ")
                .append(((EtcdConfig.Pem.InFile) p).path())
                .append('\n'));
    }

    CommandLineRun neco() {
        return new CommandLineRun(root).on(new ConfiguredCluster(new HostFiles(new HostRoot(root))));
    }

    EtcdStore store() {
        return EtcdStore.open(config);
    }

    /** Registers servers 0 and 1 with an unseal key, and puts the request and what servers 0, 1, … report. */
    void store(UpdateRequest request, UpdateStatus... statuses) {
        try (EtcdStore store = store()) {
            store.registerBootServer(0);
            store.registerBootServer(1);
            store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "a2V5");
            store.putRequest(request, LeaderKey.SETUP);
            for (int lrn = 0; lrn < statuses.length; lrn++) {
                store.putStatus(lrn, statuses[lrn]);
            }
        }
    }

    /** The one line that a failing command logs. */
    String complaint(CommandLineRun neco, String command) throws IOException {
        Path log = root.resolve("log");
        String[] words = (command + " --logfile " + log).split(" ");

        assertThat(neco.run(words)).isEqualTo(1);

        assertThat(neco.out.toString()).isEmpty();
        assertThat(neco.err.toString()).isEmpty();
        assertThat(Files.readAllLines(log)).hasSize(1).first().asString().contains(" error: ");
        return Files.readString(log);
    }

    /** Puts a value as it is, through etcd's JSON gateway; for clusters without TLS. */
    void putRaw(String key, String value) throws IOException, InterruptedException {
        String body = "{\"key\":\"" + base64(config.prefix() + key) + "\",\"value\":\"" + base64(value) + "\"}";
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(config.endpoints().get(0) + "/v3/kv/put"))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("etcd answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
