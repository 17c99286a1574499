package io.neco.dctest.chaos;

import io.neco.dctest.Lab;
import io.neco.dctest.suite.BootServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an update of the same version must leave as it was: services that run, certificates and files, a secret of Vault, what sabakan has, and
 * what is stored in etcd. One line each, secrets as checksums.
 *
 * @param lines all of it
 */
record Contents(SortedSet<String> lines) {
    /** Below these keys nothing changes at all. */
    private static final List<String> FIXED = List.of(
            "/neco/info/", "/neco/config/", "/neco/install/", "/neco/cke/", "/neco/teleport/", "/passwd/", "/chaos/");

    /** Below these keys none goes; values may change. */
    private static final List<String> KEPT = List.of("/vault/logical/", "/sabakan/");

    /** What nodes that have not been started anew boot with: after an installation that of the version before is there, too. */
    private static final Pattern OLDER_TEMPLATE =
            Pattern.compile("(\\S+ sabakan ignition \\S+ |etcd /sabakan/\\S+/)\\d{4}\\.\\d{2}\\.\\d{2}-\\d+( .*)?");

    private static final String LOOK = """
            read -r TOKEN
            VERSION=$(dpkg-query -W -f '${Version}' neco)
            echo "package neco $(dpkg-query -W -f '${db:Status-Status} ${Version}' neco)"
            for unit in etcd-container vault neco-worker neco-updater serf sabakan promtail cke cke-localproxy ep-agent setup-serf-tags.timer; do
              echo "service $unit $(systemctl is-active $unit)"
            done
            systemctl --failed --no-legend --plain | sed 's/ .*//; s/^/failed unit /'
            find /etc/neco /etc/etcd /etc/vault /etc/serf /etc/sabakan /etc/cke /etc/promtail /etc/etcdpasswd /etc/systemd/system \
              /usr/local/share/ca-certificates/neco.crt -type f ! -name '.*' -exec sha256sum {} + |
              sed 's/^\\(.*\\)  \\(.*\\)/file \\2 \\1/'
            echo "file /usr/local/bin/setup-serf-tags $(sed "s/$VERSION/VERSION/" /usr/local/bin/setup-serf-tags | sha256sum)"
            docker image inspect $(neco image setup-hw) >/dev/null 2>&1 && echo "image setup-hw"
            vault() { printf 'X-Vault-Token: %s' "$TOKEN" | curl -s --noproxy '*' --max-time 20 -H @- "https://127.0.0.1:8200/v1/$1"; }
            echo "vault sealed $(vault sys/seal-status | jq -c .sealed)"
            echo "vault secret $(vault chaos/canary | jq -c .data)"
            sabakan() { curl -s --noproxy '*' --max-time 20 "http://127.0.0.1:10080/api/v1/$1"; }
            sabakan images/coreos | jq -r '.[] | "sabakan image \\(.id) \\(.exists)"'
            sabakan assets | jq -r '.[] | "url=http://127.0.0.1:10080/api/v1/assets/\\(.)/meta"' |
              curl -s --noproxy '*' --max-time 20 -K - | jq -r '"sabakan asset \\(.name) \\(.sha256) \\(.exists)"'
            for role in boot cs ss; do
              for id in $(sabakan ignitions/$role | jq -r '.[]'); do
                echo "sabakan ignition $role $id $(sabakan ignitions/$role/$id | sed "s/$id/VERSION/g" | sha256sum)"
              done
            done
            sabakan machines | jq -r '.[].spec | "sabakan machine \\(.serial) \\(.rack) \\(.role) \\(.ipv4)"'
            for config in ipam dhcp; do echo "sabakan $config $(sabakan config/$config | jq -cS . | sha256sum)"; done
            """;

    /**
     * Looks at everything.
     *
     * @param version which all servers have; things are the same whose contents differ in it alone
     * @param token of Vault
     * @throws IOException when etcd does not answer
     */
    static Contents read(Lab lab, EtcdReader etcd, String version, String token) throws IOException {
        SortedSet<String> lines = new TreeSet<>();
        ExecutorService threads = Executors.newFixedThreadPool(BootServers.NAMES.size());
        try {
            List<CompletableFuture<Lab.Result>> looks = new ArrayList<>();
            for (String server : BootServers.NAMES) {
                looks.add(CompletableFuture.supplyAsync(
                        () -> lab.execWithInput(server, token + "\n", "sh", "-c", LOOK), threads));
            }
            for (int i = 0; i < looks.size(); i++) {
                String server = BootServers.NAMES.get(i);
                looks.get(i)
                        .join()
                        .stdout()
                        .lines()
                        .forEach(line -> lines.add(
                                server + " " + unversioned(line, version).stripTrailing()));
            }
        } finally {
            threads.shutdownNow();
        }
        for (String prefix : FIXED) {
            etcd.get(prefix)
                    .forEach((key, value) -> lines.add("etcd " + key + " " + checksum(unversioned(value, version))));
        }
        for (String prefix : KEPT) {
            etcd.get(prefix, "--keys-only").keySet().stream()
                    .map(key -> unversioned(key, version))
                    .forEach(key -> lines.add("etcd " + key));
        }
        return new Contents(lines);
    }

    private static String unversioned(String text, String version) {
        return text.replace(version, "VERSION");
    }

    /** What differs from what was there before, in words; empty if nothing does but that there are more templates of older versions. */
    List<String> differences(Contents before) {
        return Stream.concat(
                        before.lines.stream()
                                .filter(line -> !lines.contains(line))
                                .map(line -> "gone: " + line),
                        lines.stream()
                                .filter(line -> !before.lines.contains(line))
                                .filter(line -> !OLDER_TEMPLATE.matcher(line).matches())
                                .map(line -> "new: " + line))
                .toList();
    }

    /** Whether all services run. */
    boolean isRunning() {
        return lines.stream()
                .noneMatch(line -> line.matches("\\S+ (service \\S+ (?!active)\\S+|failed unit .*|vault sealed true)"));
    }

    private static String checksum(String value) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
