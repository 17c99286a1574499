package io.neco.dctest.sabakan;

import io.neco.dctest.json.Json;
import io.neco.dctest.storage.Entries;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Operating system images: a kernel and an initial RAM disk under an ID. The index is in the store, the files are in
 * this server's directory. Source: sabakan v2.13.0, docs/api.md and docs/image_management.md.
 */
final class Images {
    /** How many an index holds; the oldest makes way. */
    static final int MAX_IMAGES = 5;

    private static final List<String> MEMBERS = List.of("initrd.gz", "kernel");
    private static final int MAX_DELETED = 10;
    private static final String PREFIX = "images/";

    private final Entries entries;
    private final Path directory;
    private final String url;
    private final Clock clock;

    Images(Entries entries, Path dataDirectory, String url, Clock clock) {
        this.entries = entries;
        this.directory = dataDirectory.resolve("images");
        this.url = url;
        this.clock = clock;
    }

    /** The index with what this server has, oldest first. */
    List<Map<String, Object>> index(String os) {
        return view(os, read(os));
    }

    private List<Map<String, Object>> view(String os, Index index) {
        index.images.forEach(image -> image.put("exists", has(os, id(image))));
        return index.images;
    }

    private record Index(List<Map<String, Object>> images, long revision, List<String> deleted, long deletedRevision) {}

    private Index read(String os) {
        Optional<Entries.Entry> index = entries.get(PREFIX + os);
        Optional<Entries.Entry> deleted = entries.get(PREFIX + os + "/deleted");
        List<Map<String, Object>> images = new ArrayList<>();
        index.ifPresent(entry -> Documents.objects(entry.value()).forEach(images::add));
        return new Index(
                images,
                index.map(Entries.Entry::revision).orElse(Entries.ABSENT),
                deleted.map(entry -> Documents.texts(entry.value())).orElse(new ArrayList<>()),
                deleted.map(Entries.Entry::revision).orElse(Entries.ABSENT));
    }

    private static String id(Map<String, Object> image) {
        return String.valueOf(image.get("id"));
    }

    private Path place(String os, String id) {
        return directory.resolve(os).resolve(id);
    }

    boolean has(String os, String id) {
        return Files.isDirectory(place(os, id));
    }

    /**
     * Takes an archive in and enters it into the index, as the newest; an ID that is there moves to that place.
     *
     * @throws ApiException 400 unless the archive holds exactly a kernel and an initrd; 409 if the ID was deleted
     *     lately; 500 if the same ID has other content here
     */
    void upload(String os, String id, InputStream archive) throws ApiException, IOException {
        if (read(os).deleted.contains(id)) {
            throw ApiException.conflict();
        }
        extract(os, id, archive);
        Map<String, Object> image = new LinkedHashMap<>();
        image.put("id", id);
        image.put("date", clock.instant().toString());
        image.put("size", size(os, id));
        image.put("urls", List.of(url(os, id)));
        image.put("exists", false);
        while (true) {
            Index index = read(os);
            List<Map<String, Object>> images = new ArrayList<>(index.images);
            Map<String, Object> entry = images.stream()
                    .filter(known -> id(known).equals(id))
                    .findFirst()
                    .orElse(image);
            images.removeIf(known -> id(known).equals(id));
            images.add(entry);
            List<String> deleted = new ArrayList<>(index.deleted);
            while (images.size() > MAX_IMAGES) {
                deleted.add(id(images.remove(0)));
            }
            if (write(os, index, images, deleted)) {
                return;
            }
        }
    }

    private boolean write(String os, Index before, List<Map<String, Object>> images, List<String> deleted) {
        List<String> kept = deleted.subList(Math.max(0, deleted.size() - MAX_DELETED), deleted.size());
        return entries.commit(
                Map.of(PREFIX + os, before.revision, PREFIX + os + "/deleted", before.deletedRevision),
                Map.of(PREFIX + os, Json.bytes(images), PREFIX + os + "/deleted", Json.bytes(kept)),
                Set.of());
    }

    /**
     * Writes the image as an archive.
     *
     * @throws ApiException 404 if this server does not have it
     */
    Answer download(String os, String id) throws ApiException {
        boolean listed = read(os).images.stream().anyMatch(image -> id(image).equals(id));
        if (!listed || !has(os, id)) {
            throw ApiException.notFound();
        }
        return Answer.stream("application/tar", out -> {
            for (String member : MEMBERS) {
                Tar.write(out, member, place(os, id).resolve(member));
            }
            Tar.end(out);
        });
    }

    /**
     * Takes an image off the index; every server removes its files.
     *
     * @throws ApiException 404 if there is none
     */
    void delete(String os, String id) throws ApiException {
        while (true) {
            Index index = read(os);
            List<Map<String, Object>> images = new ArrayList<>(index.images);
            if (!images.removeIf(image -> id(image).equals(id))) {
                throw ApiException.notFound();
            }
            List<String> deleted = new ArrayList<>(index.deleted);
            deleted.add(id);
            if (write(os, index, images, deleted)) {
                return;
            }
        }
    }

    private String url(String os, String id) {
        return url + "/api/v1/images/" + os + "/" + id;
    }

    private long size(String os, String id) throws IOException {
        long size = 0;
        for (String member : MEMBERS) {
            size += Files.size(place(os, id).resolve(member));
        }
        return size;
    }

    private void extract(String os, String id, InputStream archive) throws ApiException, IOException {
        Files.createDirectories(directory.resolve(os));
        Path scratch = Files.createTempDirectory(directory.resolve(os), "_tmp");
        try {
            InputStream in = new BufferedInputStream(archive, 64 * 1024);
            Set<String> wanted = new HashSet<>(MEMBERS);
            Optional<Tar.Member> member = next(in);
            while (member.isPresent()) {
                if (!wanted.remove(member.get().name())) {
                    throw ApiException.malformed();
                }
                Tar.copy(in, member.get(), scratch.resolve(member.get().name()));
                member = next(in);
            }
            if (!wanted.isEmpty()) {
                throw ApiException.malformed();
            }
            in.transferTo(java.io.OutputStream.nullOutputStream());
            settle(scratch, place(os, id));
        } finally {
            remove(scratch);
        }
    }

    private static Optional<Tar.Member> next(InputStream in) throws ApiException {
        try {
            return Tar.next(in);
        } catch (IOException e) {
            throw ApiException.internal(String.valueOf(e.getMessage()));
        }
    }

    private static void settle(Path scratch, Path place) throws ApiException, IOException {
        if (!Files.isDirectory(place)) {
            try {
                Files.move(scratch, place);
                return;
            } catch (FileAlreadyExistsException e) {
                // another upload of the same image was faster
            }
        }
        for (String member : MEMBERS) {
            if (Files.mismatch(scratch.resolve(member), place.resolve(member)) != -1) {
                throw ApiException.internal("different content");
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    /** Makes this server's files those of the indexes: removes deleted images, pulls new ones from other servers. */
    void replicate(Puller puller) throws IOException, InterruptedException {
        for (String key : entries.keys(PREFIX)) {
            String os = key.substring(PREFIX.length());
            if (os.endsWith("/deleted")) {
                continue;
            }
            Index index = read(os);
            for (String id : index.deleted) {
                remove(place(os, id));
            }
            for (Map<String, Object> image : index.images) {
                String id = id(image);
                if (!has(os, id)
                        && puller.pull("image " + os + " " + id, Documents.urls(image), (headers, body) -> {
                            extract(os, id, body);
                            return true;
                        })) {
                    addUrl(os, id);
                }
            }
        }
    }

    private void addUrl(String os, String id) {
        while (true) {
            Index index = read(os);
            Optional<Map<String, Object>> image =
                    index.images.stream().filter(known -> id(known).equals(id)).findFirst();
            if (image.isEmpty() || !Documents.addUrl(image.get(), url(os, id))) {
                return;
            }
            if (write(os, index, index.images, index.deleted)) {
                return;
            }
        }
    }
}
