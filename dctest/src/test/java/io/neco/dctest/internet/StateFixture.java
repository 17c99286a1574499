package io.neco.dctest.internet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A directory of releases and faults, as bin/lab writes it. */
record StateFixture(Path directory) {

    ReleaseStore store() {
        return new ReleaseStore(directory.resolve("releases"));
    }

    Faults faults() {
        return new Faults(directory.resolve("faults.properties"));
    }

    void fault(String line) throws IOException {
        Files.writeString(directory.resolve("faults.properties"), line + "\n");
    }

    void release(String tag, String created, boolean prerelease, Map<String, String> assets) throws IOException {
        var release = directory.resolve("releases/cybozu-go/neco").resolve(tag);
        Files.createDirectories(release.resolve("assets"));
        Files.writeString(
                release.resolve("release.properties"), "created=" + created + "\nprerelease=" + prerelease + "\n");
        for (var asset : assets.entrySet()) {
            Files.writeString(release.resolve("assets").resolve(asset.getKey()), asset.getValue());
        }
    }

    static Request get(String host, String path, String... headers) {
        return request("GET", host, path, headers);
    }

    static Request request(String method, String host, String path, String... headers) {
        var all = new TreeMap<String, String>();
        all.put("user-agent", "test");
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i].toLowerCase(java.util.Locale.ROOT), headers[i + 1]);
        }
        all.values().removeIf(String::isEmpty);
        var query = new TreeMap<String, String>();
        var parts = path.split("\\?", 2);
        if (parts.length == 2) {
            for (var pair : parts[1].split("&", -1)) {
                query.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
            }
        }
        return new Request(host, method, parts[0], query, all, "192.0.2.1");
    }

    static String body(Reply reply) throws IOException {
        var out = new ByteArrayOutputStream();
        reply.content().writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
