package io.neco.sabakan;

import io.neco.json.GoJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What nodes of a role are told to become when they boot: an Ignition configuration whose texts have sabakan's directives
 * ({@code {{ … }}}), which sabakan carries out for each node.
 *
 * <p>Source: the template builder of sabakan 2.13's client, https://github.com/cybozu-go/sabakan/blob/v2.13.0/docs/ignition_template.md.
 * Unlike there, each unit has its own {@code enabled}, and a key or member that is not known is an error.
 *
 * @param version version of the Ignition specification
 * @param configuration the configuration
 * @param unlisted files beside the sources which no source lists, so that no node gets them
 */
public record IgnitionTemplate(String version, GoJson.Obj configuration, List<Path> unlisted) {
    private static final String LITERAL = "-_.!~*'()";
    private static final List<PosixFilePermission> BITS = List.of(
            PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_READ);

    /**
     * Builds a template from a source file and everything it includes.
     *
     * @throws IgnitionException when something it names is missing or not as it must be; the message names source and file
     */
    public static IgnitionTemplate build(Path source) throws IgnitionException {
        Builder builder = new Builder();
        IgnitionSource first = IgnitionSource.load(source);
        builder.add(first);
        return new IgnitionTemplate(first.version(), builder.configuration(), builder.unlisted());
    }

    /** The body of the request that uploads the template, byte for byte as sabakan's own client writes it, without the last newline. */
    public String request(Map<String, ?> meta) {
        return GoJson.write(GoJson.Obj.empty()
                .with("version", version)
                .with("template", configuration)
                .with("meta", meta));
    }

    /** A {@code data:} URL's bytes. */
    static String escaped(byte[] data) {
        StringBuilder text = new StringBuilder(data.length * 2);
        for (byte b : data) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || LITERAL.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(hex(c >> 4)).append(hex(c & 15));
            }
        }
        return text.toString();
    }

    private static char hex(int digit) {
        return Character.toUpperCase(Character.forDigit(digit, 16));
    }

    /** Collects what sources say. */
    private static final class Builder {
        private final Set<Path> sources = new LinkedHashSet<>();
        private final Set<Path> used = new LinkedHashSet<>();
        private final List<IgnitionSource> all = new ArrayList<>();
        private GoJson.Obj passwd = GoJson.Obj.empty();
        private final List<GoJson.Obj> files = new ArrayList<>();
        private final List<GoJson.Obj> networkd = new ArrayList<>();
        private final List<GoJson.Obj> systemd = new ArrayList<>();

        void add(IgnitionSource source) throws IgnitionException {
            if (!sources.add(source.file().toAbsolutePath().normalize())) {
                throw new IgnitionException(source.file() + " includes itself");
            }
            if (source.include().isPresent()) {
                include(source, source.include().get());
            }
            all.add(source);
            if (source.passwd().isPresent()) {
                Path file = source.resolve(source.passwd().get());
                requireFile(source, file, "passwd: " + source.passwd().get());
                passwd = IgnitionPasswd.read(file);
            }
            for (String name : source.files()) {
                files.add(file(source, name));
            }
            for (IgnitionSource.RemoteFile remote : source.remoteFiles()) {
                GoJson.Obj entry = node(remote.name(), remote.url());
                files.add(
                        remote.mode().isPresent()
                                ? entry.with("mode", remote.mode().get())
                                : entry);
            }
            for (String name : source.networkd()) {
                networkd.add(withContents(text(source, "networkd", name)).with("name", name));
            }
            for (IgnitionSource.SystemdUnit unit : source.systemd()) {
                systemd.add(unit(source, unit));
            }
        }

        private void include(IgnitionSource source, String name) throws IgnitionException {
            Path file = source.resolve(name).normalize();
            requireFile(source, file, "include: " + name);
            IgnitionSource included = IgnitionSource.load(file);
            if (!included.version().equals(source.version())) {
                throw new IgnitionException("unmatched ignition version in " + name + ": it has " + included.version()
                        + ", but " + source.file() + ", which includes it, has " + source.version());
            }
            add(included);
        }

        private GoJson.Obj file(IgnitionSource source, String name) throws IgnitionException {
            Path file = source.beside("files", name);
            byte[] data = bytes(source, file, "files: " + name);
            return node(name, "data:," + escaped(data)).with("mode", mode(file));
        }

        private static GoJson.Obj node(String path, String url) {
            GoJson.Obj contents = GoJson.Obj.empty().with("source", url).with("verification", GoJson.Obj.empty());
            if (url.isEmpty()) {
                contents = GoJson.Obj.empty().with("verification", GoJson.Obj.empty());
            }
            return GoJson.Obj.empty()
                    .with("filesystem", "root")
                    .with("path", path)
                    .with("contents", contents);
        }

        private GoJson.Obj unit(IgnitionSource source, IgnitionSource.SystemdUnit unit) throws IgnitionException {
            if (unit.isMasked()) {
                return GoJson.Obj.empty().with("mask", true).with("name", unit.name());
            }
            GoJson.Obj entry = withContents(text(source, "systemd", unit.name()));
            if (unit.isEnabled()) {
                entry = entry.with("enabled", true);
            }
            return entry.with("name", unit.name());
        }

        private static GoJson.Obj withContents(String text) {
            return text.isEmpty() ? GoJson.Obj.empty() : GoJson.Obj.empty().with("contents", text);
        }

        private String text(IgnitionSource source, String kind, String name) throws IgnitionException {
            Path file = source.beside(kind, name);
            byte[] data = bytes(source, file, kind + ": " + name);
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(data))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new IgnitionException(file + " is not UTF-8 text", e);
            }
        }

        private byte[] bytes(IgnitionSource source, Path file, String entry) throws IgnitionException {
            requireFile(source, file, entry);
            used.add(file);
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new IgnitionException("cannot read " + file + ", which " + source.file() + " lists: " + e, e);
            }
        }

        private static void requireFile(IgnitionSource source, Path file, String entry) throws IgnitionException {
            if (!Files.isRegularFile(file)) {
                throw new IgnitionException(source.file() + " lists \"" + entry + "\", but there is no file " + file);
            }
        }

        private static int mode(Path file) throws IgnitionException {
            try {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
                int mode = 0;
                for (int bit = 0; bit < BITS.size(); bit++) {
                    mode |= permissions.contains(BITS.get(bit)) ? 1 << bit : 0;
                }
                return mode;
            } catch (IOException e) {
                throw new IgnitionException("cannot read the permissions of " + file + ": " + e, e);
            }
        }

        GoJson.Obj configuration() {
            GoJson.Obj ignition = GoJson.Obj.empty()
                    .with("config", GoJson.Obj.empty())
                    .with("security", GoJson.Obj.empty().with("tls", GoJson.Obj.empty()))
                    .with("timeouts", GoJson.Obj.empty());
            return GoJson.Obj.empty()
                    .with("ignition", ignition)
                    .with("networkd", section("units", networkd))
                    .with("passwd", passwd)
                    .with("storage", section("files", files))
                    .with("systemd", section("units", systemd));
        }

        private static GoJson.Obj section(String name, List<GoJson.Obj> entries) {
            return entries.isEmpty() ? GoJson.Obj.empty() : GoJson.Obj.empty().with(name, List.copyOf(entries));
        }

        List<Path> unlisted() throws IgnitionException {
            Set<Path> found = new TreeSet<>();
            for (IgnitionSource source : all) {
                for (String kind : List.of("files", "systemd", "networkd")) {
                    try (Stream<Path> tree = Files.walk(source.directory().resolve(kind))) {
                        tree.filter(Files::isRegularFile)
                                .filter(file -> !used.contains(file))
                                .forEach(found::add);
                    } catch (NoSuchFileException e) {
                        // it has none
                    } catch (IOException e) {
                        throw new IgnitionException(
                                "cannot list " + source.directory().resolve(kind) + ": " + e, e);
                    }
                }
            }
            return List.copyOf(found);
        }
    }
}
