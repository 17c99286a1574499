package io.neco.sabakan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The YAML file a template is built from; what it names lies beside it in {@code files/}, {@code systemd/} and {@code networkd/}.
 *
 * @param file the file
 * @param directory where the things beside it are: its directory, symbolic links resolved
 * @param version version of the Ignition specification, as written
 * @param include another source to build first
 * @param passwd YAML file with users and groups
 * @param files absolute paths on the node
 * @param remoteFiles files the node fetches
 * @param systemd systemd's units
 * @param networkd networkd's units
 */
record IgnitionSource(
        Path file,
        Path directory,
        String version,
        Optional<String> include,
        Optional<String> passwd,
        List<String> files,
        List<RemoteFile> remoteFiles,
        List<SystemdUnit> systemd,
        List<String> networkd) {

    private static final String DEFAULT_VERSION = "2.2";
    private static final Set<String> VERSIONS = Set.of("2.2", "2.3");
    private static final Set<String> KEYS =
            Set.of("version", "include", "passwd", "files", "remote_files", "systemd", "networkd");

    /**
     * A file the node fetches.
     *
     * @param name absolute path on the node
     * @param url where it is
     * @param mode permission bits
     */
    record RemoteFile(String name, String url, Optional<Integer> mode) {}

    /**
     * A unit of systemd.
     *
     * @param name its name
     * @param isEnabled whether it is enabled
     * @param isMasked whether it is masked; it has no contents then
     */
    record SystemdUnit(String name, boolean isEnabled, boolean isMasked) {}

    /** Reads a source. */
    static IgnitionSource load(Path file) throws IgnitionException {
        if (!(readYaml(file, "source") instanceof Map<?, ?> map)) {
            throw new IgnitionException(file + " is not an Ignition template: it must be a YAML mapping with some of "
                    + String.join(", ", KEYS.stream().sorted().toList()));
        }
        Members members = new Members(file.toString(), map);
        members.allow(KEYS);
        String version = members.text("version").orElse(DEFAULT_VERSION);
        if (!VERSIONS.contains(version)) {
            throw new IgnitionException("unsupported ignition spec: " + version + " in " + file + "; supported are "
                    + String.join(" and ", VERSIONS.stream().sorted().toList()));
        }
        return new IgnitionSource(
                file,
                directoryOf(file),
                version,
                members.text("include"),
                members.text("passwd"),
                absolute(file, members.texts("files")),
                remoteFiles(members),
                units(members),
                members.texts("networkd"));
    }

    /** The file that {@code name}, as written in this source, stands for. */
    Path resolve(String name) {
        return directory.resolve(name);
    }

    /** The file beside this source that becomes {@code name} on the node. */
    Path beside(String kind, String name) {
        return directory.resolve(kind).resolve(name.startsWith("/") ? name.substring(1) : name);
    }

    /** The whole YAML document in a file: maps, lists, texts, numbers, booleans. The kind is for messages. */
    static @Nullable Object readYaml(Path file, String kind) throws IgnitionException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try {
            return new Yaml(new SafeConstructor(options)).load(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new IgnitionException("there is no " + file, e);
        } catch (IOException e) {
            throw new IgnitionException("cannot read " + file + ": " + e, e);
        } catch (YAMLException e) {
            throw new IgnitionException("invalid " + kind + " YAML: " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path directoryOf(Path file) throws IgnitionException {
        Path parent = file.toAbsolutePath().getParent();
        try {
            return parent == null ? Path.of("/") : parent.toRealPath();
        } catch (IOException e) {
            throw new IgnitionException("cannot find the directory of " + file + ": " + e, e);
        }
    }

    private static List<RemoteFile> remoteFiles(Members members) throws IgnitionException {
        List<RemoteFile> found = new ArrayList<>();
        for (Members entry : members.entries("remote_files")) {
            entry.allow(Set.of("name", "url", "mode"));
            String name = entry.required("name");
            requireAbsolute(members.where(), name);
            found.add(new RemoteFile(name, entry.required("url"), entry.number("mode")));
        }
        return found;
    }

    private static List<SystemdUnit> units(Members members) throws IgnitionException {
        List<SystemdUnit> found = new ArrayList<>();
        for (Members entry : members.entries("systemd")) {
            entry.allow(Set.of("name", "enabled", "mask"));
            found.add(new SystemdUnit(entry.required("name"), entry.flag("enabled"), entry.flag("mask")));
        }
        return found;
    }

    private static List<String> absolute(Path file, List<String> names) throws IgnitionException {
        for (String name : names) {
            requireAbsolute(file.toString(), name);
        }
        return names;
    }

    private static void requireAbsolute(String where, String name) throws IgnitionException {
        if (!name.startsWith("/")) {
            throw new IgnitionException(
                    "non-absolute filename: " + name + " in " + where + "; write it with a leading slash");
        }
        if (List.of(name.split("/")).contains("..")) {
            throw new IgnitionException("filename with ..: " + name + " in " + where);
        }
    }
}
