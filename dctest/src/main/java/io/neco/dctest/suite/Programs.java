package io.neco.dctest.suite;

import io.neco.dctest.Lab;
import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The programs that an update installs and {@code neco init} introduces, as operators see them on the boot servers.
 *
 * @param servers the boot servers
 */
public record Programs(BootServers servers) {

    private Lab lab() {
        return servers.lab();
    }

    /** A token of Vault that may do everything. */
    public String rootToken() {
        return run("boot-0", "neco vault show-root-token").strip();
    }

    /** Runs a line of shell that has to succeed, and gives what it printed. */
    public String run(String server, String line) {
        return lab().shell(server, line).orFail().stdout();
    }

    /** Runs {@code neco init NAME} once, and {@code neco init-local NAME} on every server. */
    public void initialise(String name, String token) {
        run("boot-0", "neco init " + name);
        for (String server : BootServers.NAMES) {
            run(server, "VAULT_TOKEN=" + token + " neco init-local " + name);
        }
    }

    /** Asserts that every server has these files. */
    public void assertFiles(String... files) {
        for (String server : BootServers.NAMES) {
            run(server, "ls -d " + String.join(" ", files));
        }
    }

    /** Waits until these units run on every server. */
    public void awaitActive(String... units) {
        for (String server : BootServers.NAMES) {
            Lab.waitUntil(
                    "all are active on " + server + ": " + String.join(" ", units),
                    BootServers.PROGRAM_START.multipliedBy(units.length),
                    () -> lab().shell(server, "systemctl is-active " + String.join(" ", units))
                            .stdout(),
                    states -> states.lines().filter("active"::equals).count() == units.length);
        }
    }

    /** What a server's sabakan answers to a reading request, which has to be JSON. */
    public Object sabakan(String server, String path) {
        String text = run(server, "curl -sf --noproxy '*' http://127.0.0.1:10080/api/v1/" + path);
        try {
            Object value = Json.parse(text.getBytes(StandardCharsets.UTF_8));
            return value == null ? List.of() : value;
        } catch (IOException e) {
            throw new UncheckedIOException("sabakan's answer to " + path + " is not JSON: " + text, e);
        }
    }

    /** The IDs of the OS images whose files a server has, oldest first. */
    public List<String> osImages(String server) {
        return objects(sabakan(server, "images/coreos")).stream()
                .filter(image -> image.flag("exists", false))
                .map(image -> image.text("id"))
                .toList();
    }

    /** Waits until a server has the files of these assets, and perhaps of more. */
    public void awaitAssets(String server, List<String> names, Duration deadline) {
        Lab.waitUntil(
                server + " has the assets " + String.join(" ", names),
                deadline,
                () -> run(
                        server,
                        "curl -sf --noproxy '*' http://127.0.0.1:10080/api/v1/assets"
                                + " | jq -r '.[] | \"url=http://127.0.0.1:10080/api/v1/assets/\\(.)/meta\"'"
                                + " | curl -sf --noproxy '*' -K - | jq -r 'select(.exists) | .name'"),
                assets -> assets.lines().toList().containsAll(names));
    }

    /** The IDs of a role's ignition templates, oldest first. */
    public List<String> ignitions(String server, String role) {
        return sabakan(server, "ignitions/" + role) instanceof List<?> ids
                ? ids.stream().map(String::valueOf).toList()
                : List.of();
    }

    @SuppressWarnings("unchecked")
    private static List<Fields> objects(Object list) {
        return list instanceof List<?> items
                ? items.stream()
                        .map(item -> new Fields((Map<String, Object>) item))
                        .toList()
                : List.of();
    }

    /** What etcd has below a key of Neco, by the certificate of its programs. */
    public String necoKeys(String prefix) {
        return servers.etcdctl("get --prefix /neco/" + prefix).orFail().stdout();
    }
}
