package io.neco.updater;

import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.store.EtcdConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What an operator with etcdctl can do to a cluster without TLS. */
final class Etcdctl {
    private final EtcdConfig config;

    Etcdctl(EtcdConfig config) {
        this.config = config;
    }

    /** Stores anything under a key, however wrong. */
    void put(String key, String value) {
        run("put", config.prefix() + key, value);
    }

    void delete(String key) {
        run("del", config.prefix() + key);
    }

    /** Keys and values below a prefix, in turn. */
    List<String> get(String prefix) {
        return run("get", "--prefix", config.prefix() + prefix).lines().toList();
    }

    /** Revokes the lease of a leader key such as {@code leader/updater//1f}. */
    void revokeLeaseOf(String leaderKey) {
        run("lease", "revoke", leaderKey.substring(leaderKey.lastIndexOf('/') + 1));
    }

    /** Lets etcd refuse what needs room, as it does by itself when its quota is used up. */
    void raiseNoSpaceAlarm() {
        ask(HttpRequest.newBuilder(uri("/v3/maintenance/alarm"))
                .POST(BodyPublishers.ofString("{\"action\":\"ACTIVATE\",\"alarm\":\"NOSPACE\"}"))
                .build());
    }

    /** How many transactions etcd has refused for want of room since it was started. */
    int refusedTransactions() {
        return ask(HttpRequest.newBuilder(uri("/metrics")).build())
                .lines()
                .filter(line -> line.startsWith("grpc_server_handled_total{")
                        && line.contains("\"ResourceExhausted\"")
                        && line.contains("\"Txn\""))
                .mapToInt(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private URI uri(String path) {
        return URI.create(config.endpoints().get(0) + path);
    }

    private static String ask(HttpRequest request) {
        try (WebClient client = new HttpClients().local()) {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString(), Duration.ofSeconds(20));
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(request + ": " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends all alarms. */
    void disarm() {
        run("alarm", "disarm");
    }

    /** The key of the leading updater. */
    String leaderKey() {
        return run(
                        "get",
                        "--prefix",
                        "--keys-only",
                        "--sort-by=CREATE",
                        "--limit=1",
                        config.prefix() + "leader/updater/")
                .strip()
                .substring(config.prefix().length());
    }

    private String run(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("etcdctl", "--endpoints=" + String.join(",", config.endpoints())));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ETCDCTL_API", "3");
        try {
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed: " + said);
            }
            return said;
        } catch (IOException e) {
            throw new IllegalStateException("etcdctl is not on PATH; install etcd-client", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
