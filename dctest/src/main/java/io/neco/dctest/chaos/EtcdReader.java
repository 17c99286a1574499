package io.neco.dctest.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.dctest.Lab;
import io.neco.dctest.report.RecordedEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Looks at etcd from boot-3, a host that takes no part and that no fault hits, with the rights of the backup: {@code etcdctl}, run there
 * without the engine's help, since that is quicker.
 */
final class EtcdReader {
    private static final String OBSERVER = "boot-3";
    private static final String DIRECTORY = "/var/lib/chaos";
    private static final List<String> ADDRESSES = List.of("10.69.0.3", "10.69.0.195", "10.69.1.131");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Lab lab;
    private final Host observer;
    private final ObjectMapper json = new ObjectMapper();

    EtcdReader(Lab lab) {
        this.lab = lab;
        this.observer = new Host(lab, OBSERVER);
    }

    /** Puts {@code etcdctl} and the backup's certificate there. */
    void install() {
        lab.shell(OBSERVER, "mkdir -p -m 700 " + DIRECTORY).orFail();
        Lab.Result copied = Lab.run(
                TIMEOUT.multipliedBy(4),
                "",
                List.of(
                        "sh",
                        "-ec",
                        "docker exec $1-boot-0 tar -chf - -C / usr/local/bin/etcdctl etc/etcd/backup.crt"
                                + " etc/etcd/backup.key usr/local/share/ca-certificates/neco.crt"
                                + " | docker exec -i $1-" + OBSERVER + " tar -xf - -C " + DIRECTORY,
                        "sh",
                        lab.name()));
        copied.orFail();
        run("endpoint", "health").orFail();
    }

    /** Whether {@link #install} has been done in this lab. */
    boolean isInstalled() {
        return observer.has(DIRECTORY + "/etc/etcd/backup.key");
    }

    /** The command line that runs {@code etcdctl} with these arguments. */
    List<String> command(String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                "nsenter",
                "-t",
                Long.toString(observer.init()),
                "-m",
                "-n",
                "env",
                "ETCDCTL_API=3",
                DIRECTORY + "/usr/local/bin/etcdctl",
                "--cert=" + DIRECTORY + "/etc/etcd/backup.crt",
                "--key=" + DIRECTORY + "/etc/etcd/backup.key",
                "--cacert=" + DIRECTORY + "/usr/local/share/ca-certificates/neco.crt",
                "--endpoints="
                        + String.join(
                                ",",
                                ADDRESSES.stream()
                                        .map(a -> "https://" + a + ":2379")
                                        .toList())));
        line.addAll(Arrays.asList(arguments));
        return line;
    }

    Lab.Result run(String... arguments) {
        return Lab.run(TIMEOUT, "", command(arguments));
    }

    /** etcd's revision. */
    long revision() throws IOException {
        return json("get", UpdateView.STATUS + "current")
                .path("header")
                .path("revision")
                .asLong();
    }

    /** All keys with a prefix, and their values. */
    SortedMap<String, String> get(String prefix, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("get", "--prefix", prefix));
        arguments.addAll(Arrays.asList(options));
        SortedMap<String, String> values = new TreeMap<>();
        for (JsonNode kv : json(arguments.toArray(new String[0])).path("kvs")) {
            values.put(text(kv.path("key")), text(kv.path("value")));
        }
        return values;
    }

    /** The candidates of an election, the leader first. */
    List<String> election(String prefix) throws IOException {
        return candidates(prefix).stream().map(RecordedEvent::value).toList();
    }

    private List<RecordedEvent> candidates(String prefix) throws IOException {
        List<RecordedEvent> candidates = new ArrayList<>();
        for (JsonNode kv : json("get", "--prefix", prefix, "--sort-by=CREATE", "--order=ASCEND")
                .path("kvs")) {
            candidates.add(new RecordedEvent(0, text(kv.path("key")), text(kv.path("value")), false));
        }
        return candidates;
    }

    /** The update as it stands. */
    UpdateView view() throws IOException {
        UpdateView view = new UpdateView();
        for (var entry : get(UpdateView.STATUS).entrySet()) {
            view.accept(new RecordedEvent(0, entry.getKey(), entry.getValue(), false));
        }
        for (RecordedEvent candidate : candidates(UpdateView.WORKERS_LOCK)) {
            view.accept(candidate);
        }
        return view;
    }

    /** The LRN of the server whose member of etcd leads; empty while none does. */
    Optional<Integer> leader() throws IOException {
        for (JsonNode endpoint : json("endpoint", "status")) {
            JsonNode status = endpoint.path("Status");
            String id = status.path("header").path("member_id").asText();
            if (!id.isEmpty() && id.equals(status.path("leader").asText())) {
                String address = endpoint.path("Endpoint").asText().replaceAll("^https://|:\\d+$", "");
                return Optional.of(ADDRESSES.indexOf(address));
            }
        }
        return Optional.empty();
    }

    private JsonNode json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("-w", "json"));
        Lab.Result result = run(all.toArray(new String[0]));
        if (!result.succeeded()) {
            throw new IOException("etcdctl failed: " + result.stderr().strip());
        }
        return json.readTree(result.stdout());
    }

    private static String text(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asText("")), StandardCharsets.UTF_8);
    }
}
