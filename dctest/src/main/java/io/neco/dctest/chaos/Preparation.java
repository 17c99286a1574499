package io.neco.dctest.chaos;

import io.neco.dctest.Lab;
import io.neco.dctest.suite.BootServers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Gives a step something to do although the same version is updated again: a file that it writes is changed, an image or an asset that it
 * brings is removed. Steps that do the same whatever they find (3, 10, 11, 17, 18) need none.
 */
final class Preparation {
    private static final Map<Integer, String> FILES = Map.of(
            2, "/etc/etcd/etcd.conf.yml",
            4, "/etc/vault/config.hcl",
            5, "/etc/systemd/system/setup-hw.service",
            6, "/etc/systemd/system/serf.service",
            7, "/usr/local/bin/setup-serf-tags",
            8, "/etc/etcdpasswd/config.yml",
            9, "/etc/sabakan/config.yml",
            12, "/etc/cke/config.yml",
            16, "/etc/promtail/promtail.yaml");

    /** What one server does for all, and what has to be gone on that server's sabakan for that. */
    private static final Map<Integer, String> CONTENTS = Map.of(
            13,
            "sabactl assets delete cybozu-$(ckecli images | sed -n '1s,^.*/,,;1s/:/-/p').img",
            14,
            "sabactl assets delete $(sabactl assets index | jq -r '[.[] | select(startswith(\"cybozu-squid\"))][0]')",
            15,
            "sabactl dhcp get | jq '.\"lease-minutes\" = 59' >/run/chaos-dhcp.json && sabactl dhcp set -f /run/chaos-dhcp.json");

    private final Lab lab;

    Preparation(Lab lab) {
        this.lab = lab;
    }

    /**
     * Prepares all servers for a step.
     *
     * @throws AssertionError if one of them cannot be prepared
     */
    void prepare(int step) {
        Optional.ofNullable(CONTENTS.get(step))
                .ifPresent(line -> lab.shell("boot-0", line).orFail());
        if (step == 1) {
            everywhere("docker image rm $(neco image setup-hw) >/dev/null");
        }
        Optional.ofNullable(FILES.get(step)).ifPresent(file -> everywhere("echo '# chaos' >>" + file));
    }

    private void everywhere(String line) {
        ExecutorService threads = Executors.newFixedThreadPool(BootServers.NAMES.size());
        try {
            List<CompletableFuture<Lab.Result>> runs = new ArrayList<>();
            for (String server : BootServers.NAMES) {
                runs.add(CompletableFuture.supplyAsync(() -> lab.shell(server, line), threads));
            }
            runs.forEach(run -> run.join().orFail());
        } finally {
            threads.shutdownNow();
        }
    }
}
