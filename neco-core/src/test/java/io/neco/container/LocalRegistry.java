package io.neco.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.http.HttpClients;
import io.neco.store.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Debian's docker-registry on a free port, for a test; it wants a password. */
final class LocalRegistry implements AutoCloseable {
    static final String USER = "puller";
    static final String PASSWORD = "s3cret-for-tests";
    /** bcrypt of the password above. */
    private static final String HTPASSWD = USER + ":$2y$05$abcdefghijklmnopqrstuuRkBB01eIaA4061m7D0uBxyUwJhIWyme\n";

    private final HttpClient http = HttpClients.jdk().build();
    private final int port = Ports.free();
    private final Path log;
    private final Process process;

    LocalRegistry(Path directory) throws IOException {
        Files.createDirectories(directory);
        log = directory.resolve("registry.log");
        Path htpasswd = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
        Path config = Files.writeString(
                directory.resolve("registry.yml"),
                "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: " + directory.resolve("images")
                        + "\nhttp:\n  addr: 127.0.0.1:" + port + "\nauth:\n  htpasswd:\n    realm: test\n    path: "
                        + htpasswd + "\n");
        ProcessBuilder serve = new ProcessBuilder("docker-registry", "serve", config.toString());
        serve.environment().put("OTEL_TRACES_EXPORTER", "none");
        process = serve.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Awaitility.await("the registry to listen on port " + port)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    new Socket(InetAddress.getLoopbackAddress(), port).close();
                    return true;
                });
    }

    /** Host and port, as image names have them. */
    String name() {
        return "127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    /** How many requests for content it has answered with it. */
    int blobsServed() throws IOException {
        Pattern served = Pattern.compile("GET /v2/[^ ]*/blobs/[^ ]* HTTP/1.1. 20");
        try (Stream<String> lines = Files.lines(log)) {
            return (int) lines.filter(line -> served.matcher(line).find()).count();
        }
    }

    void push(String repository, String tag, TestImage image) throws IOException, InterruptedException {
        pushContent(repository, image);
        pushManifest(repository, tag, image.manifestType(), image.manifest());
    }

    /** Pushes the image and one for another platform under a list that has both. */
    void pushIndex(String repository, String tag, TestImage image, TestImage arm, String mediaType)
            throws IOException, InterruptedException {
        push(repository, TestImage.digest(image.manifest()), image);
        push(repository, TestImage.digest(arm.manifest()), arm);
        pushManifest(repository, tag, mediaType, image.index(mediaType, arm));
    }

    private void pushContent(String repository, TestImage image) throws IOException, InterruptedException {
        pushBlob(repository, image.config());
        for (byte[] layer : image.layers()) {
            pushBlob(repository, layer);
        }
    }

    private void pushBlob(String repository, byte[] content) throws IOException, InterruptedException {
        HttpResponse<String> started =
                send(request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody()));
        String location = started.headers().firstValue("Location").orElseThrow();
        HttpResponse<String> stored = send(request(location + "&digest=" + TestImage.digest(content))
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(content)));
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
    }

    private void pushManifest(String repository, String tag, String type, byte[] content)
            throws IOException, InterruptedException {
        HttpResponse<String> stored = send(request("/v2/" + repository + "/manifests/" + tag)
                .header("Content-Type", type)
                .PUT(BodyPublishers.ofByteArray(content)));
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
    }

    private HttpRequest.Builder request(String location) {
        String credential = USER + ":" + PASSWORD;
        return HttpRequest.newBuilder(URI.create("http://" + name()).resolve(location))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(TestImage.bytes(credential)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
