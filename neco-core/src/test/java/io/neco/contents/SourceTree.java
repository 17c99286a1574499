package io.neco.contents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of the repository, as they go into the package. */
final class SourceTree {
    /** Images of {@code ckecli images} that the contents of this release count on. */
    static final List<String> CKE_IMAGES =
            List.of("cke-tools", "coredns", "etcd", "kubernetes", "pause", "unbound", "unbound_exporter");

    private static final Path ROOT = find();

    private SourceTree() {}

    static Path etc(String name) {
        return ROOT.resolve("etc").resolve(name);
    }

    static Path ignitions() {
        return ROOT.resolve("ignitions");
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** Regular files below a directory, relative to it and sorted; none when there is no such directory. */
    static List<String> filesBelow(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(directory.toString(), e);
        }
    }

    private static Path find() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("ignitions")) && Files.isDirectory(at.resolve("etc"))) {
                return at;
            }
        }
        throw new IllegalStateException(
                "no directory above " + Path.of("").toAbsolutePath() + " has ignitions and etc");
    }
}
