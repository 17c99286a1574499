package io.neco.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Debian's docker-registry on a free port: by http on the loopback address, or by https, with a certificate made here, on another
 * address of this host, since registries on the loopback address are spoken to by http. Both serve the same content.
 */
final class BenchRegistry implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final Process process;
    private final String name;
    private final HttpClient http = HttpClient.newHttpClient();

    private BenchRegistry(Path directory, String address, String tls) throws IOException, InterruptedException {
        int port;
        InetAddress host = InetAddress.getByName(address);
        try (ServerSocket socket = new ServerSocket(0, 1, host)) {
            port = socket.getLocalPort();
        }
        name = address + ":" + port;
        Path config = Files.writeString(
                directory.resolve("registry-" + port + ".yml"),
                "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage:\n  filesystem: {rootdirectory: "
                        + directory.resolve("images") + "}\nhttp:\n  addr: " + name + "\n" + tls);
        ProcessBuilder serve = new ProcessBuilder("docker-registry", "serve", config.toString());
        serve.environment().put("OTEL_TRACES_EXPORTER", "none");
        process = serve.redirectErrorStream(true)
                .redirectOutput(directory.resolve("registry.log").toFile())
                .start();
        long deadline = System.nanoTime() + START.toNanos();
        while (!isListening(host, port)) {
            if (process.waitFor(10, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                throw new IOException(
                        "the registry does not listen on " + name + ", see " + directory + "/registry.log");
            }
        }
        Files.delete(config);
    }

    private static boolean isListening(InetAddress host, int port) throws IOException {
        try (Socket socket = new Socket(host, port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    static BenchRegistry http(Path directory) throws IOException, InterruptedException {
        return new BenchRegistry(directory, "127.0.0.1", "");
    }

    /** Empty where this host has no address but the loopback one. */
    static Optional<BenchRegistry> https(Path directory) throws IOException, InterruptedException {
        // the lowest number: not a bridge that some lab may take away
        Optional<String> address = NetworkInterface.networkInterfaces()
                .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                .flatMap(NetworkInterface::inetAddresses)
                .filter(a -> !a.isLoopbackAddress() && a.getAddress().length == 4)
                .map(InetAddress::getHostAddress)
                .findFirst();
        if (address.isEmpty()) {
            return Optional.empty();
        }
        Path key = directory.resolve("registry.key");
        Path certificate = certificate(directory);
        new Tool(directory.resolve("openssl.log"), java.util.Map.of())
                .measure(List.of(List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=bench",
                        "-addext",
                        "subjectAltName=IP:" + address.get(),
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())));
        return Optional.of(new BenchRegistry(
                directory, address.get(), "  tls: {certificate: " + certificate + ", key: " + key + "}\n"));
    }

    /** The certificate of the registry that speaks https. */
    static Path certificate(Path directory) {
        return directory.resolve("registry.crt");
    }

    /** Host and port, as image names have them. */
    String name() {
        return name;
    }

    boolean has(String repository) throws IOException, InterruptedException {
        HttpRequest request = request("/v2/" + repository + "/manifests/1")
                .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }

    void pushBlob(String repository, String digest, BodyPublisher content) throws IOException, InterruptedException {
        HttpResponse<String> started =
                sent(request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody()));
        String location = started.headers().firstValue("Location").orElseThrow();
        sent(request(location + "&digest=" + digest)
                .header("Content-Type", "application/octet-stream")
                .PUT(content));
    }

    void pushManifest(String repository, String json) throws IOException, InterruptedException {
        sent(request("/v2/" + repository + "/manifests/1")
                .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                .PUT(BodyPublishers.ofString(json)));
    }

    private HttpRequest.Builder request(String location) {
        return HttpRequest.newBuilder(URI.create("http://" + name).resolve(location));
    }

    private HttpResponse<String> sent(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(answer + ": " + answer.body());
        }
        return answer;
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
