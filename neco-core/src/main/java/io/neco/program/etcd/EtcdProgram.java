package io.neco.program.etcd;

import io.neco.host.BootServer;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Files of etcd on a boot server.
 *
 * <p>Source: progs/etcd/ at 1eec387; see docs/setup.md.
 */
public final class EtcdProgram {
    /** The unit's name, without {@code .service}. */
    public static final String SERVICE = "etcd-container";
    /** The container's name. */
    public static final String CONTAINER = "etcd";
    /** Name of the image in the artifact set. */
    public static final String IMAGE = "etcd";
    /** Installs etcdctl from the image; see {@link #TOOLS_MOUNT}. */
    public static final String INSTALL_TOOLS = "/usr/local/etcd/install-tools";
    /** The program by which an installation is known. */
    public static final String ETCDCTL = "/usr/local/bin/etcdctl";
    /** Where {@link #INSTALL_TOOLS} expects the host's {@code /usr/local/bin}. */
    public static final String TOOLS_MOUNT = "/host";

    private static final String EXISTING = "existing";

    private EtcdProgram() {}

    /** Name of the member on the boot server {@code lrn}: {@code boot-LRN}. */
    public static String memberName(int lrn) {
        return "boot-" + lrn;
    }

    /**
     * The unit file {@code etcd-container.service}.
     *
     * @param image full name of the image
     */
    public static String service(String image) {
        return """
                [Unit]
                Description=Etcd container
                Wants=network-online.target docker.service etcd-backup.timer
                After=network-online.target docker.service
                StartLimitIntervalSec=600s

                [Service]
                Type=simple
                Restart=always
                RestartSec=3s
                OOMScoreAdjust=-1000
                ExecStartPre=-/usr/bin/docker kill etcd
                ExecStartPre=-/usr/bin/docker rm etcd
                ExecStart=/usr/bin/docker run --name=etcd --rm \\
                  --network=host --uts=host \\
                  --log-driver=journald \\
                  --pull=never \\
                  --oom-kill-disable=true \\
                  --user=10000:10000 \\
                  --read-only \\
                  --volume=/etc/neco:/etc/neco:ro \\
                  --volume=/etc/ssl/certs:/etc/ssl/certs:ro \\
                  --volume=/etc/etcd:/etc/etcd:ro \\
                  --volume=/var/lib/etcd-container:/var/lib/etcd \\
                  %s --config-file=/etc/etcd/etcd.conf.yml

                [Install]
                WantedBy=multi-user.target
                """.formatted(image);
    }

    /**
     * {@code etcd.conf.yml} for the first members of a cluster.
     *
     * @param me logical rack number of this boot server
     * @param lrns all members, in the order they are listed
     */
    public static String newConfig(int me, List<Integer> lrns, BootServer servers) {
        String cluster = lrns.stream()
                .map(lrn -> memberName(lrn) + "=" + servers.etcdPeerUrl(lrn))
                .collect(Collectors.joining(","));
        return config(me, cluster, "new", servers);
    }

    /**
     * {@code etcd.conf.yml} for a member that joins a running cluster.
     *
     * @param me logical rack number of this boot server
     * @param members the members after this one was added; the one without a name is this one
     */
    public static String addConfig(int me, List<EtcdPeer> members, BootServer servers) {
        String cluster = members.stream()
                .flatMap(member -> member.peerUrls().stream()
                        .map(url -> (member.name().isEmpty() ? memberName(me) : member.name()) + "=" + url))
                .collect(Collectors.joining(","));
        return config(me, cluster, EXISTING, servers);
    }

    /** Whether a text is a configuration by {@link #addConfig}, and not one by {@link #newConfig}. */
    public static boolean isOfJoiningMember(String config) {
        return config.contains("initial-cluster-state: '" + EXISTING + "'\n");
    }

    private static String config(int me, String initialCluster, String state, BootServer servers) {
        return """
                # etcd of this boot server. Written by neco; changes are overwritten.
                name: '%s'
                data-dir: '/var/lib/etcd'

                # peers, clients, and plain HTTP for metrics and health
                listen-peer-urls: https://0.0.0.0:2380
                listen-client-urls: https://0.0.0.0:2379
                listen-metrics-urls: http://0.0.0.0:2381
                initial-advertise-peer-urls: %s
                advertise-client-urls: %s

                # only read when the data directory is empty
                initial-cluster: %s
                initial-cluster-token: 'boot-cluster'
                initial-cluster-state: '%s'

                enable-v2: false
                enable-pprof: true

                client-transport-security:
                  cert-file: /etc/neco/server.crt
                  key-file: /etc/neco/server.key
                  client-cert-auth: true
                  trusted-ca-file: /etc/etcd/ca-client.crt

                peer-transport-security:
                  cert-file: /etc/etcd/peer.crt
                  key-file: /etc/etcd/peer.key
                  client-cert-auth: true
                  trusted-ca-file: /etc/etcd/ca-peer.crt

                log-outputs: [stderr]

                # keep a day of revisions
                auto-compaction-mode: periodic
                auto-compaction-retention: "24"

                # refuse to join when the data differs from the peers'
                experimental-initial-corrupt-check: true
                """.formatted(memberName(me), servers.etcdPeerUrl(me), servers.etcdEndpoint(me), initialCluster, state);
    }
}
