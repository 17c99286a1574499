package io.neco.dctest.chaos;

import io.neco.dctest.Lab;
import io.neco.dctest.suite.BootServers;
import io.neco.dctest.suite.Programs;
import java.io.IOException;
import java.util.List;

/** Sets up what cells run on: three boot servers with all their programs, and something in each store that can be lost. */
final class ChaosLab {
    static final String CANARY = "/chaos/canary";
    /** An update that nobody ends is stopped by the updater after this time, with a reason. */
    private static final String WORKER_TIMEOUT = "10m";

    private ChaosLab() {}

    /**
     * The lab that the environment names, new; one of that name is removed first.
     *
     * @throws IOException when etcd does not answer
     */
    static BootServers fresh() throws IOException {
        BootServers servers = BootServers.fresh();
        servers.setUpAll();
        servers.awaitUpdate(BootServers.FIRST_VERSION);
        servers.takeReleases();
        introduce(servers);
        return servers;
    }

    /**
     * The lab as an earlier run has left it, or a new one if there is none.
     *
     * @throws IOException when etcd does not answer
     */
    static BootServers present() throws IOException {
        Lab lab = Lab.fromEnvironment();
        EtcdReader etcd = new EtcdReader(lab);
        boolean isThere;
        try {
            isThere = etcd.isInstalled() && !etcd.get(CANARY).isEmpty();
        } catch (AssertionError | IOException e) {
            isThere = false;
        }
        return isThere ? new BootServers(lab) : fresh();
    }

    private static void introduce(BootServers servers) {
        Lab lab = servers.lab();
        Programs programs = new Programs(servers);
        String token = programs.rootToken();
        for (String program : List.of("etcdpasswd", "sabakan", "cke")) {
            programs.initialise(program, token);
        }
        programs.run("boot-0", "neco init teleport && neco ssh generate");
        programs.awaitActive("sabakan.service", "cke.service");
        Lab.waitUntil(
                "sabakan takes addresses",
                BootServers.PROGRAM_START,
                () -> lab.shell("boot-0", "sabactl ipam set -f /etc/neco/sabakan_ipam.json")
                        .succeeded());
        programs.run("boot-0", "sabactl machines create -f /mnt/machines.json");
        programs.run("boot-0", "neco cke weight set cs 3 && neco init-data");
        programs.run("boot-0", "neco config set worker-timeout " + WORKER_TIMEOUT);
        lab.execWithInput(
                        "boot-0",
                        token + "\n",
                        "sh",
                        "-ec",
                        "read -r VAULT_TOKEN; export VAULT_TOKEN; vault secrets enable -path=chaos kv;"
                                + " vault write chaos/canary bird=yellow")
                .orFail();
        EtcdReader etcd = new EtcdReader(lab);
        etcd.install();
        etcd.run("put", CANARY, "yellow").orFail();
    }
}
