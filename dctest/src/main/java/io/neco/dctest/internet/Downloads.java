package io.neco.dctest.internet;

import io.neco.dctest.internet.ReleaseStore.Asset;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Files of releases. Like GitHub, {@code github.com} redirects to another host, which sends the file and knows ranges.
 *
 * <p>Faults of server {@code download}: {@code not-found}, {@code server-error}, {@code truncate} (the file has only the
 * given number of bytes, default half), {@code corrupt} (one byte is wrong, at the given position, default the middle),
 * {@code cut} (the connection breaks after the given number of bytes, default half of what was asked for), {@code
 * no-range} (ranges are ignored).
 */
public final class Downloads implements Site {
    /** Host name of the web site, where download addresses of releases lead. */
    public static final String WEB_HOST = "github.com";
    /** Host name that web site redirects downloads to. */
    public static final String OBJECTS_HOST = "objects.githubusercontent.com";

    private final ReleaseStore store;
    private final Faults faults;
    private final String scheme;

    /**
     * Downloads of what {@code store} holds.
     *
     * @param scheme {@code https}, or {@code http} in tests: how the address that is redirected to starts
     */
    public Downloads(ReleaseStore store, Faults faults, String scheme) {
        this.scheme = scheme;
        this.store = store;
        this.faults = faults;
    }

    @Override
    public Reply answer(Request request) throws IOException {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Reply.text(405, "Method Not Allowed\n");
        }
        var asset = find(request);
        if (asset.isEmpty()) {
            return Reply.text(404, "Not Found\n");
        }
        if (request.host().equals(WEB_HOST)) {
            return new Reply(
                    302,
                    Map.of("Location", scheme + "://" + OBJECTS_HOST + request.path(), "Cache-Control", "no-cache"),
                    Content.of(new byte[0]));
        }
        var fault = faults.of("download");
        var file = asset.get();
        long size = file.size();
        return switch (fault.mode()) {
            case "none" -> reply(request, file, size);
            case "not-found" -> Reply.text(404, "Not Found\n");
            case "server-error" -> Reply.text(500, "Server Error\n");
            case "truncate" -> reply(request, file, Math.min(size, fault.argumentOr(size / 2)));
            case "no-range" -> FileReply.whole(file.file(), size, type(file), file.sha256(), file.modified());
            case "cut" -> {
                var reply = reply(request, file, size);
                yield reply.with(reply.content()
                        .cutAfter(fault.argumentOr(reply.content().length() / 2)));
            }
            case "corrupt" -> {
                var reply = reply(request, file, size);
                long position = fault.argumentOr(size / 2);
                yield reply.with(reply.content().corruptAt(position - FileReply.offset(reply)));
            }
            default -> Reply.text(500, "the lab knows no fault download=" + fault.mode() + "\n");
        };
    }

    private Optional<Asset> find(Request request) throws IOException {
        var path = request.segments(); // OWNER/REPOSITORY/releases/download/TAG/FILE
        if (path.size() != 6 || !path.get(2).equals("releases") || !path.get(3).equals("download")) {
            return Optional.empty();
        }
        return store.releases(path.get(0), path.get(1)).stream()
                .flatMap(all -> all.stream())
                .filter(release -> !release.draft() && release.tag().equals(path.get(4)))
                .flatMap(release -> release.assets().stream())
                .filter(asset -> asset.name().equals(path.get(5)))
                .findFirst();
    }

    private static Reply reply(Request request, Asset asset, long size) {
        return FileReply.of(request, asset.file(), size, type(asset), asset.sha256(), asset.modified())
                .with("Content-Disposition", "attachment; filename=" + asset.name());
    }

    private static String type(Asset asset) {
        return asset.name().endsWith(".deb") ? "application/vnd.debian.binary-package" : "application/octet-stream";
    }
}
