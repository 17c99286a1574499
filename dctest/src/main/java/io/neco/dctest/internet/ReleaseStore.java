package io.neco.dctest.internet;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Releases as directories: {@code OWNER/REPOSITORY/TAG/}, with {@code release.properties} (all keys optional: {@code
 * created}, an instant; {@code prerelease}, {@code draft}, {@code name}, {@code body}) and the assets in {@code assets/}.
 * A directory whose name starts with a dot is not a release yet: whoever publishes fills it and renames it. Read anew for
 * every request; digests of assets are kept for as long as size and time of the file stay.
 */
public final class ReleaseStore {
    private final Path root;
    private final Map<Path, Digest> digests = new ConcurrentHashMap<>();

    private record Digest(long size, FileTime modified, String sha256) {}

    /** The releases below {@code root}, which need not exist yet. */
    public ReleaseStore(Path root) {
        this.root = root;
    }

    /**
     * A release.
     *
     * @param id number that identifies it
     * @param tag Git tag
     * @param created when it was created
     */
    public record Release(
            long id,
            String owner,
            String repository,
            String tag,
            String name,
            String body,
            boolean draft,
            boolean prerelease,
            Instant created,
            List<Asset> assets) {}

    /**
     * A file of a release.
     *
     * @param id number that identifies it
     * @param size length in bytes
     * @param sha256 digest in lower-case hexadecimal digits
     */
    public record Asset(long id, String name, Path file, long size, String sha256, Instant modified) {}

    /** All releases of a repository, newest first, or empty if there is no such repository. */
    public Optional<List<Release>> releases(String owner, String repository) throws IOException {
        if (!isName(owner) || !isName(repository)) {
            return Optional.empty();
        }
        var directory = root.resolve(owner).resolve(repository);
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        var found = new ArrayList<Release>();
        try (var tags =
                Files.newDirectoryStream(directory, p -> isName(p.getFileName().toString()) && Files.isDirectory(p))) {
            for (var tag : tags) {
                found.add(read(owner, repository, tag));
            }
        }
        found.sort(Comparator.comparing(Release::created)
                .thenComparing(Release::tag)
                .reversed());
        return Optional.of(List.copyOf(found));
    }

    /** The repository with this number, as owner and name. */
    public Optional<List<String>> repository(long id) throws IOException {
        if (Files.isDirectory(root)) {
            try (var owners = Files.newDirectoryStream(root, Files::isDirectory)) {
                for (var owner : owners) {
                    try (var repositories = Files.newDirectoryStream(owner, Files::isDirectory)) {
                        for (var repository : repositories) {
                            var names = List.of(
                                    owner.getFileName().toString(),
                                    repository.getFileName().toString());
                            if (repositoryId(names.get(0), names.get(1)) == id) {
                                return Optional.of(names);
                            }
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The number of a repository. */
    public static long repositoryId(String owner, String repository) {
        return number(owner + "/" + repository);
    }

    private Release read(String owner, String repository, Path directory) throws IOException {
        var tag = directory.getFileName().toString();
        var file = directory.resolve("release.properties");
        var properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(file)));
        } catch (NoSuchFileException e) {
            properties.setProperty(
                    "created", Files.getLastModifiedTime(directory).toInstant().toString());
        }
        var assets = new ArrayList<Asset>();
        var assetDirectory = directory.resolve("assets");
        if (Files.isDirectory(assetDirectory)) {
            try (var files = Files.newDirectoryStream(assetDirectory, Files::isRegularFile)) {
                for (var asset : files) {
                    assets.add(asset(asset));
                }
            }
        }
        assets.sort(Comparator.comparing(Asset::name));
        return new Release(
                number(owner + "/" + repository + "/" + tag),
                owner,
                repository,
                tag,
                properties.getProperty("name", tag),
                properties.getProperty("body", ""),
                Boolean.parseBoolean(properties.getProperty("draft", "false")),
                Boolean.parseBoolean(properties.getProperty("prerelease", "false")),
                Instant.parse(properties.getProperty("created", "2022-01-01T00:00:00Z")),
                List.copyOf(assets));
    }

    private Asset asset(Path file) throws IOException {
        long size = Files.size(file);
        var modified = Files.getLastModifiedTime(file);
        var known = digests.get(file);
        if (known == null || known.size() != size || !known.modified().equals(modified)) {
            known = new Digest(size, modified, sha256(file));
            digests.put(file, known);
        }
        return new Asset(
                number(root.relativize(file).toString()),
                file.getFileName().toString(),
                file,
                size,
                known.sha256(),
                modified.toInstant());
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A number below 2^31 that stays the same for the same text. */
    private static long number(String text) {
        return text.hashCode() & 0x7fffffffL;
    }

    private static boolean isName(String text) {
        return !text.isEmpty() && text.charAt(0) != '.' && text.indexOf('/') < 0;
    }
}
