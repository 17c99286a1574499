package io.neco.program.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.BootServer;
import io.neco.host.Site;
import java.util.List;
import org.junit.jupiter.api.Test;

class EtcdProgramTest {
    private static final BootServer SERVERS = new BootServer(Site.defaults());

    @Test
    void rendersTheUnitWithTheReferencesDirectivesInOrder() {
        String unit = EtcdProgram.service("quay.io/cybozu/etcd:3.5.4.1");

        assertThat(unit.lines())
                .containsExactly(
                        "[Unit]",
                        "Description=Etcd container",
                        "Wants=network-online.target docker.service etcd-backup.timer",
                        "After=network-online.target docker.service",
                        "StartLimitIntervalSec=600s",
                        "",
                        "[Service]",
                        "Type=simple",
                        "Restart=always",
                        "RestartSec=3s",
                        "OOMScoreAdjust=-1000",
                        "ExecStartPre=-/usr/bin/docker kill etcd",
                        "ExecStartPre=-/usr/bin/docker rm etcd",
                        "ExecStart=/usr/bin/docker run --name=etcd --rm \\",
                        "  --network=host --uts=host \\",
                        "  --log-driver=journald \\",
                        "  --pull=never \\",
                        "  --oom-kill-disable=true \\",
                        "  --user=10000:10000 \\",
                        "  --read-only \\",
                        "  --volume=/etc/neco:/etc/neco:ro \\",
                        "  --volume=/etc/ssl/certs:/etc/ssl/certs:ro \\",
                        "  --volume=/etc/etcd:/etc/etcd:ro \\",
                        "  --volume=/var/lib/etcd-container:/var/lib/etcd \\",
                        "  quay.io/cybozu/etcd:3.5.4.1 --config-file=/etc/etcd/etcd.conf.yml",
                        "",
                        "[Install]",
                        "WantedBy=multi-user.target");
        assertThat(unit).endsWith("target\n");
    }

    @Test
    void configuresTheFirstMembersOfACluster() {
        String config = EtcdProgram.newConfig(0, List.of(0, 1, 2), SERVERS);

        assertThat(settings(config))
                .containsExactly(
                        "name: 'boot-0'",
                        "data-dir: '/var/lib/etcd'",
                        "listen-peer-urls: https://0.0.0.0:2380",
                        "listen-client-urls: https://0.0.0.0:2379",
                        "listen-metrics-urls: http://0.0.0.0:2381",
                        "initial-advertise-peer-urls: https://10.69.0.3:2380",
                        "advertise-client-urls: https://10.69.0.3:2379",
                        "initial-cluster: boot-0=https://10.69.0.3:2380,boot-1=https://10.69.0.195:2380,"
                                + "boot-2=https://10.69.1.131:2380",
                        "initial-cluster-token: 'boot-cluster'",
                        "initial-cluster-state: 'new'",
                        "enable-v2: false",
                        "enable-pprof: true",
                        "client-transport-security:",
                        "  cert-file: /etc/neco/server.crt",
                        "  key-file: /etc/neco/server.key",
                        "  client-cert-auth: true",
                        "  trusted-ca-file: /etc/etcd/ca-client.crt",
                        "peer-transport-security:",
                        "  cert-file: /etc/etcd/peer.crt",
                        "  key-file: /etc/etcd/peer.key",
                        "  client-cert-auth: true",
                        "  trusted-ca-file: /etc/etcd/ca-peer.crt",
                        "log-outputs: [stderr]",
                        "auto-compaction-mode: periodic",
                        "auto-compaction-retention: \"24\"",
                        "experimental-initial-corrupt-check: true");
    }

    @Test
    void configuresAMemberThatJoinsWithEveryUrlOfEveryMember() {
        String config = EtcdProgram.addConfig(
                3,
                List.of(
                        new EtcdPeer("boot-0", List.of("https://10.69.0.3:2380", "https://10.0.0.1:2380")),
                        new EtcdPeer("", List.of("https://10.69.2.67:2380"))),
                SERVERS);

        assertThat(settings(config))
                .contains(
                        "name: 'boot-3'",
                        "initial-advertise-peer-urls: https://10.69.2.67:2380",
                        "initial-cluster: boot-0=https://10.69.0.3:2380,boot-0=https://10.0.0.1:2380,"
                                + "boot-3=https://10.69.2.67:2380",
                        "initial-cluster-state: 'existing'");
    }

    private static List<String> settings(String config) {
        return config.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }
}
