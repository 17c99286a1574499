package io.neco.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Debian packages of this host; source: deb.go at 1eec387. */
public final class Dpkg {
    private final CommandRunner commands;

    /** @param commands runs dpkg and dpkg-query */
    public Dpkg(CommandRunner commands) {
        this.commands = commands;
    }

    /**
     * The installed version of a package.
     *
     * @throws IOException when it is not installed
     */
    public String installedVersion(String name) throws IOException, InterruptedException {
        CommandResult result =
                commands.run(Command.of("dpkg-query", "--showformat=${db:Status-Status} ${Version}", "-W", name)
                        .silent()
                        .asking());
        if (!result.isSuccess()) {
            throw new IOException(
                    "package " + name + " is not installed: " + result.stderr().strip());
        }
        String[] answer = result.stdout().strip().split(" ", 2);
        if (answer.length < 2 || answer[1].isBlank()) {
            throw new IOException("dpkg-query returned no version for package " + name + " (state: " + answer[0] + ")");
        }
        return answer[1];
    }

    /**
     * Looks into the file of a package, so that one that is not the wanted one, or not whole, stops no service.
     *
     * @param file the file
     * @param name the package it must be
     * @param version the version it must have; empty: any
     * @param isDigestKnown whether the file's digest was checked already; if not, all of it is read
     * @throws IOException when it is missing, damaged, or another package or version; the message tells what it is
     */
    public void check(Path file, String name, Optional<String> version, boolean isDigestKnown)
            throws IOException, InterruptedException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no package " + file);
        }
        String fields = dpkgDeb("--field", file.toString(), "Package", "Version");
        if (!fields.contains("Package: " + name + "\n")
                || version.filter(v -> !fields.contains("Version: " + v + "\n")).isPresent()) {
            throw new IOException("package " + file + " is not " + name
                    + version.map(v -> " " + v).orElse("") + " but "
                    + fields.strip().replace("\n", ", "));
        }
        if (!isDigestKnown) {
            dpkgDeb("--contents", file.toString());
        }
    }

    /**
     * Whether dpkg failed because another process holds its lock, so that trying again helps. Since 1.22.7 (Debian 13) it tells that
     * process's name where older ones said "another process".
     *
     * @param said what it said, in English: {@code LC_ALL=C}
     */
    public static boolean isLocked(String said) {
        return said.contains("is another process using it") || said.contains(" was locked by ");
    }

    private String dpkgDeb(String... arguments) throws IOException, InterruptedException {
        CommandResult result =
                commands.run(Command.of("dpkg-deb").with(arguments).silent().asking());
        if (!result.isSuccess()) {
            throw new IOException("package " + arguments[1] + " is damaged: "
                    + result.stderr().strip().replace("\n", " "));
        }
        return result.stdout();
    }
}
