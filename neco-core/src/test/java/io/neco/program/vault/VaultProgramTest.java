package io.neco.program.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.BootServer;
import io.neco.host.Site;
import java.util.List;
import org.junit.jupiter.api.Test;

class VaultProgramTest {
    @Test
    void rendersTheUnitWithTheReferencesDirectivesInOrder() {
        String unit = VaultProgram.service("quay.io/cybozu/vault:1.10.2.1");

        assertThat(unit.lines())
                .containsExactly(
                        "[Unit]",
                        "Description=Vault container",
                        "Wants=network-online.target docker.service etcd-container.service",
                        "After=network-online.target docker.service etcd-container.service",
                        "StartLimitIntervalSec=600s",
                        "",
                        "[Service]",
                        "Type=simple",
                        "Restart=always",
                        "RestartSec=10s",
                        "OOMScoreAdjust=-1000",
                        "ExecStartPre=-/usr/bin/docker kill vault",
                        "ExecStartPre=-/usr/bin/docker rm vault",
                        "ExecStart=/usr/bin/docker run --name=vault --rm \\",
                        "  --network=host --uts=host \\",
                        "  --log-driver=journald \\",
                        "  --pull=never \\",
                        "  --oom-kill-disable=true \\",
                        "  --user=10000:10000 \\",
                        "  --ulimit core=0 \\",
                        "  --ulimit memlock=-1 \\",
                        "  --read-only \\",
                        "  --volume=/etc/neco:/etc/neco:ro \\",
                        "  --volume=/etc/ssl/certs:/etc/ssl/certs:ro \\",
                        "  --volume=/etc/vault:/etc/vault:ro \\",
                        "  quay.io/cybozu/vault:1.10.2.1 server -config=/etc/vault/config.hcl",
                        "ExecStartPost=/usr/bin/neco vault unseal",
                        "",
                        "[Install]",
                        "WantedBy=multi-user.target");
    }

    @Test
    void configuresListenerTelemetryAddressesAndStorageInOrder() {
        String config = VaultProgram.config(1, List.of(0, 1, 2), new BootServer(Site.defaults()));

        assertThat(config.lines().filter(line -> !line.isBlank()))
                .containsExactly(
                        "# vault configuration file",
                        "listener \"tcp\" {",
                        "  address = \"0.0.0.0:8200\"",
                        "  tls_cert_file = \"/etc/neco/server.crt\"",
                        "  tls_key_file = \"/etc/neco/server.key\"",
                        "  telemetry {",
                        "    unauthenticated_metrics_access = true",
                        "  }",
                        "}",
                        "telemetry {",
                        "  prometheus_retention_time = \"5m\"",
                        "  disable_hostname = true",
                        "}",
                        "api_addr = \"https://10.69.0.195:8200\"",
                        "cluster_addr = \"https://10.69.0.195:8201\"",
                        "storage \"etcd\" {",
                        "  address = \"https://10.69.0.3:2379,https://10.69.0.195:2379,https://10.69.1.131:2379\"",
                        "  etcd_api = \"v3\"",
                        "  ha_enabled = \"true\"",
                        "  tls_cert_file = \"/etc/vault/etcd.crt\"",
                        "  tls_key_file = \"/etc/vault/etcd.key\"",
                        "}");
    }
}
