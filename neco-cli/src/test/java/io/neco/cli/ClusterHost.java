package io.neco.cli;

import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** A scratch tree whose config.yml names a real etcd cluster. */
final class ClusterHost {
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
