package io.neco.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Images from a registry to archives for docker load: {@link io.neco.container.ImageFetcher} against {@code skopeo copy docker://…
 * docker-archive:…}, in turns, from the same registry.
 */
final class FetchScenario {
    private static final int MANY = 10;

    private final Path directory;
    private final List<String> options;
    private final int rounds;
    private final List<Integer> sizes;

    /**
     * A scenario.
     *
     * @param directory for images, archives and logs
     * @param options of the measured JVM
     * @param rounds how often to measure each side
     * @param sizes of the images in 10^6 bytes
     */
    FetchScenario(Path directory, List<String> options, int rounds, List<Integer> sizes) {
        this.directory = directory;
        this.options = options;
        this.rounds = rounds;
        this.sizes = sizes;
    }

    void run(Table table) throws IOException, InterruptedException {
        try (BenchRegistry http = BenchRegistry.http(directory)) {
            List<List<BenchImage>> cases = new ArrayList<>();
            for (int size : sizes) {
                for (boolean isCompressible : new boolean[] {false, true}) {
                    cases.add(List.of(
                            new BenchImage((isCompressible ? "text-" : "noise-") + size, size, isCompressible)));
                }
            }
            cases.add(IntStream.range(0, MANY)
                    .mapToObj(i -> new BenchImage("many-" + sizes.get(0) + "-" + i, sizes.get(0), i % 2 == 1))
                    .toList());
            for (List<BenchImage> images : cases) {
                for (BenchImage image : images) {
                    image.ensureIn(http, directory);
                }
            }
            for (List<BenchImage> images : cases) {
                compare(table, "http", http.name(), images, Map.of());
            }
            Optional<BenchRegistry> https = BenchRegistry.https(directory);
            if (https.isEmpty()) {
                table.note("https was not measured: this host has no address but the loopback one");
                return;
            }
            try (BenchRegistry tls = https.get()) {
                Map<String, String> trust = Map.of(
                        "SSL_CERT_FILE", BenchRegistry.certificate(directory).toString());
                for (List<BenchImage> images : cases) {
                    compare(table, "https", tls.name(), images, trust);
                }
            }
        }
    }

    private void compare(
            Table table, String scheme, String registry, List<BenchImage> images, Map<String, String> trust)
            throws IOException, InterruptedException {
        Path archives = Files.createDirectories(directory.resolve("archives"));
        List<String> names = images.stream()
                .map(image -> registry + "/" + image.repository() + ":1")
                .toList();
        List<List<String>> skopeo = names.stream()
                .map(name -> List.of(
                        "skopeo",
                        "copy",
                        "-q",
                        "--src-tls-verify=" + scheme.equals("https"),
                        "docker://" + name,
                        "docker-archive:" + archives.resolve("skopeo-" + names.indexOf(name) + ".tar") + ":bench:1"))
                .toList();
        Tool tool = new Tool(directory.resolve("skopeo.log"), trust);
        List<Measured> ours = new ArrayList<>();
        List<Measured> theirs = new ArrayList<>();
        Measured first;
        try (SubjectProcess subject = new SubjectProcess(options, directory, trust)) {
            String command = "fetch " + archives + " " + String.join(" ", names);
            first = subject.measure(command);
            empty(archives);
            for (int i = 0; i < rounds; i++) {
                theirs.add(tool.measure(skopeo));
                empty(archives);
                ours.add(subject.measure(command));
                empty(archives);
            }
        }
        table.row(name(images) + ", " + scheme, first, ours, theirs);
    }

    private static String name(List<BenchImage> images) {
        BenchImage image = images.get(0);
        return images.size() > 1
                ? images.size() + " images of " + image.megabytes() + " MB"
                : image.megabytes() + " MB, " + (image.isCompressible() ? "compressible" : "incompressible");
    }

    static void empty(Path archives) throws IOException {
        try (Stream<Path> files = Files.list(archives)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
