package io.neco.dctest.deb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Small programs in place of those that debian/tools lists. */
final class Tools {
    private Tools() {}

    /** Names of the files for a platform ({@code linux}, {@code windows}, {@code mac}) and a use ({@code bin}, {@code cli}, …). */
    static List<String> names(String platform, String use) {
        List<String> names = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Shell.sourceTree().resolve("debian/tools"))) {
                String[] field = line.split(" ", -1);
                if (!line.startsWith("#")
                        && field.length == 7
                        && field[2].equals(platform)
                        && List.of(field[3].split(",", -1)).contains(use)) {
                    for (String file : field[6].split(",", -1)) {
                        names.add(file.replaceFirst(".*[=/]", ""));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read debian/tools", e);
        }
        return names;
    }

    /** Makes one: a script that tells its name and arguments. */
    static Path fake(Path directory, String name) {
        try {
            Path file = Files.createDirectories(directory).resolve(name);
            Files.writeString(file, "#!/bin/sh\necho " + name + " \"$@\"\n");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + name, e);
        }
    }

    /** Makes all of them but those in {@code without}; kubectl on Linux is a real program, linked statically as those of Go are. */
    static Path directory(Path directory, List<String> without) {
        for (String platform : List.of("linux", "windows", "mac")) {
            for (String use : List.of("bin", "sbin", "cli")) {
                names(platform, use).stream()
                        .filter(name -> !without.contains(name))
                        .forEach(name -> fake(directory.resolve(platform), name));
            }
        }
        try {
            Files.copy(
                    Path.of("/bin/busybox"),
                    directory.resolve("linux/kubectl"),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy busybox", e);
        }
        return directory;
    }
}
