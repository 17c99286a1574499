package io.neco.dctest.sabakan;

import io.neco.dctest.json.Json;
import io.neco.dctest.storage.Entries;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Files for nodes to download, by name; every upload gets a new number. The index is in the store, the files are in
 * this server's directory. Source: sabakan v2.13.0, docs/api.md and docs/assets.md.
 */
final class Assets {
    private static final String PREFIX = "assets/";
    private static final String LAST_ID = "assets";

    private final Entries entries;
    private final Path directory;
    private final String url;
    private final Clock clock;

    Assets(Entries entries, Path dataDirectory, String url, Clock clock) {
        this.entries = entries;
        this.directory = dataDirectory.resolve("assets");
        this.url = url;
        this.clock = clock;
    }

    /** All names, sorted. */
    List<String> names() {
        return entries.keys(PREFIX).stream()
                .map(key -> key.substring(PREFIX.length()))
                .toList();
    }

    private Optional<Map<String, Object>> find(String name) {
        return entries.get(PREFIX + name).map(entry -> Documents.object(entry.value()));
    }

    /**
     * What is known of an asset, and whether this server has its file.
     *
     * @throws ApiException 404 if there is none of this name
     */
    Map<String, Object> meta(String name) throws ApiException {
        Map<String, Object> asset = find(name).orElseThrow(ApiException::notFound);
        asset.put("exists", Files.exists(file(id(asset))));
        return asset;
    }

    private static String id(Map<String, Object> asset) {
        return String.valueOf(asset.get("id"));
    }

    private Path file(String id) {
        return directory.resolve(id);
    }

    /** The file, or the address of a server that has it. */
    Answer get(String name) throws ApiException, IOException {
        Map<String, Object> asset = find(name).orElseThrow(ApiException::notFound);
        Path file = file(id(asset));
        if (!Files.exists(file)) {
            List<String> urls = Documents.urls(asset);
            return Answer.redirect(urls.get(ThreadLocalRandom.current().nextInt(urls.size())));
        }
        return Answer.stream(
                Map.of(
                        "Content-Type",
                        String.valueOf(asset.get("content-type")),
                        "X-Sabakan-Asset-ID",
                        id(asset),
                        "X-Sabakan-Asset-SHA256",
                        String.valueOf(asset.get("sha256"))),
                Files.size(file),
                out -> Files.copy(file, out));
    }

    /**
     * What an upload says of itself.
     *
     * @param sha256 in lower-case hexadecimal digits, empty when it is not to be checked
     */
    record Upload(String name, String contentType, String sha256, Map<String, String> options, long length) {}

    /**
     * What became of an upload.
     *
     * @param status 201 for a new name, 200 for one that is replaced
     * @param id the number of this upload
     */
    record Stored(int status, String id) {}

    /**
     * Takes a file in.
     *
     * @throws ApiException 500 if the content is not what its checksum or length says; 409 if another upload of this
     *     name was faster
     */
    Stored put(Upload upload, InputStream content) throws ApiException, IOException {
        String id = newId();
        String sum = save(id, content, upload.sha256, upload.length);
        Map<String, Object> asset = new LinkedHashMap<>();
        asset.put("name", upload.name);
        asset.put("id", id);
        asset.put("content-type", upload.contentType);
        asset.put("date", clock.instant().toString());
        asset.put("size", Files.size(file(id)));
        asset.put("sha256", sum);
        asset.put("urls", List.of(url + "/api/v1/assets/" + upload.name));
        asset.put("exists", false);
        asset.put("options", upload.options);
        String key = PREFIX + upload.name;
        byte[] text = Json.bytes(asset);
        Optional<Entries.Entry> before = entries.get(key);
        Optional<Entries.Entry> now = before;
        while (!entries.commit(
                Map.of(key, now.map(Entries.Entry::revision).orElse(Entries.ABSENT)), Map.of(key, text), Set.of())) {
            now = entries.get(key);
            if (now.isPresent() && Arrays.equals(now.get().value(), text)) {
                break; // a transaction that had to be sent twice is refused the second time
            }
            if (!upload(now).equals(upload(before))) {
                Files.deleteIfExists(file(id));
                throw ApiException.conflict();
            }
        }
        return new Stored(before.isPresent() ? 200 : 201, id);
    }

    /** The number of an entry's upload; other servers change the rest of it. */
    private static String upload(Optional<Entries.Entry> entry) {
        return entry.map(e -> id(Documents.object(e.value()))).orElse("");
    }

    private String newId() {
        while (true) {
            Optional<Entries.Entry> last = entries.get(LAST_ID);
            long id = 1
                    + last.map(entry -> Long.parseLong(new String(entry.value(), StandardCharsets.UTF_8)))
                            .orElse(0L);
            long revision = last.map(Entries.Entry::revision).orElse(Entries.ABSENT);
            byte[] text = Long.toString(id).getBytes(StandardCharsets.UTF_8);
            if (entries.commit(Map.of(LAST_ID, revision), Map.of(LAST_ID, text), Set.of())) {
                return Long.toString(id);
            }
        }
    }

    /** Writes to a temporary file, checks, and puts the file in its place; gives its checksum. */
    private String save(String id, InputStream content, String expected, long length) throws ApiException, IOException {
        Files.createDirectories(directory);
        Path scratch = Files.createTempFile(directory, "_tmp", "");
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            long size;
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(scratch), digest)) {
                size = content.transferTo(out);
            }
            String sum = HexFormat.of().formatHex(digest.digest());
            if (length >= 0 && size != length) {
                throw ApiException.internal("unexpected EOF");
            }
            if (!expected.isEmpty() && !expected.equals(sum)) {
                throw ApiException.internal("checksum mismatch");
            }
            Files.move(scratch, file(id), StandardCopyOption.ATOMIC_MOVE);
            return sum;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this runtime lacks SHA-256", e);
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    /**
     * Forgets an asset; every server removes its file.
     *
     * @throws ApiException 404 if there is none of this name
     */
    void delete(String name) throws ApiException {
        while (true) {
            Entries.Entry entry = entries.get(PREFIX + name).orElseThrow(ApiException::notFound);
            if (entries.commit(Map.of(entry.key(), entry.revision()), Map.of(), Set.of(entry.key()))) {
                return;
            }
        }
    }

    /** Makes this server's files those of the index: pulls new ones from other servers, removes what is replaced. */
    void replicate(Puller puller) throws IOException, InterruptedException {
        Set<String> ids = new HashSet<>();
        for (Entries.Entry entry : entries.list(PREFIX)) {
            Map<String, Object> asset = Documents.object(entry.value());
            String id = id(asset);
            ids.add(id);
            if (!Files.exists(file(id))
                    && puller.pull("asset " + asset.get("name"), Documents.urls(asset), (header, body) -> {
                        if (!id.equals(header.apply("X-Sabakan-Asset-ID"))) {
                            return false;
                        }
                        save(id, body, String.valueOf(asset.get("sha256")), -1);
                        return true;
                    })) {
                addUrl(String.valueOf(asset.get("name")), id);
            }
        }
        removeOthers(ids);
    }

    private void addUrl(String name, String id) {
        while (true) {
            Optional<Entries.Entry> entry = entries.get(PREFIX + name);
            if (entry.isEmpty()) {
                return;
            }
            Map<String, Object> asset = Documents.object(entry.get().value());
            if (!id(asset).equals(id) || !Documents.addUrl(asset, url + "/api/v1/assets/" + name)) {
                return;
            }
            String key = entry.get().key();
            if (entries.commit(Map.of(key, entry.get().revision()), Map.of(key, Json.bytes(asset)), Set.of())) {
                return;
            }
        }
    }

    /** Files below the highest known number that no asset has; a higher one may belong to an upload under way. */
    private void removeOthers(Set<String> ids) throws IOException {
        long highest = ids.stream().mapToLong(Long::parseLong).max().orElse(0);
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    String name = String.valueOf(file.getFileName());
                    if (name.matches("\\d{1,18}") && !ids.contains(name) && Long.parseLong(name) < highest) {
                        removeOld(file);
                    }
                }
            }
        }
    }

    private void removeOld(Path file) throws IOException {
        // an upload with a lower number may still be on its way into the index
        if (Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minusSeconds(60))) {
            Files.deleteIfExists(file);
        }
    }
}
