package io.neco.program.vault;

import io.neco.host.BootServer;
import java.util.List;

/**
 * Files of Vault on a boot server.
 *
 * <p>Source: progs/vault/ at 1eec387; see docs/vault.md.
 */
public final class VaultProgram {
    /** The unit's name, without {@code .service}. */
    public static final String SERVICE = "vault";
    /** The container's name. */
    public static final String CONTAINER = "vault";
    /** Name of the image in the artifact set. */
    public static final String IMAGE = "vault";
    /** Installs {@code /usr/local/bin/vault} from the image; see {@link #TOOLS_MOUNT}. */
    public static final String INSTALL_TOOLS = "/usr/local/vault/install-tools";
    /** Where {@link #INSTALL_TOOLS} expects the host's {@code /usr/local/bin}. */
    public static final String TOOLS_MOUNT = "/host";
    /** Vault's program on the host. */
    public static final String BINARY = "/usr/local/bin/vault";

    private VaultProgram() {}

    /**
     * The unit file {@code vault.service}.
     *
     * @param image full name of the image
     */
    public static String service(String image) {
        return """
                [Unit]
                Description=Vault container
                Wants=network-online.target docker.service etcd-container.service
                After=network-online.target docker.service etcd-container.service
                StartLimitIntervalSec=600s

                [Service]
                Type=simple
                Restart=always
                RestartSec=10s
                OOMScoreAdjust=-1000
                ExecStartPre=-/usr/bin/docker kill vault
                ExecStartPre=-/usr/bin/docker rm vault
                ExecStart=/usr/bin/docker run --name=vault --rm \\
                  --network=host --uts=host \\
                  --log-driver=journald \\
                  --pull=never \\
                  --oom-kill-disable=true \\
                  --user=10000:10000 \\
                  --ulimit core=0 \\
                  --ulimit memlock=-1 \\
                  --read-only \\
                  --volume=/etc/neco:/etc/neco:ro \\
                  --volume=/etc/ssl/certs:/etc/ssl/certs:ro \\
                  --volume=/etc/vault:/etc/vault:ro \\
                  %s server -config=/etc/vault/config.hcl
                ExecStartPost=/usr/bin/neco vault unseal

                [Install]
                WantedBy=multi-user.target
                """.formatted(image);
    }

    /**
     * {@code /etc/vault/config.hcl}.
     *
     * @param me logical rack number of this boot server
     * @param lrns all members, in the order they are listed
     */
    public static String config(int me, List<Integer> lrns, BootServer servers) {
        return """
                # vault configuration file

                listener "tcp" {
                  address = "0.0.0.0:8200"
                  tls_cert_file = "/etc/neco/server.crt"
                  tls_key_file = "/etc/neco/server.key"
                  telemetry {
                    unauthenticated_metrics_access = true
                  }
                }

                telemetry {
                  prometheus_retention_time = "5m"
                  disable_hostname = true
                }

                api_addr = "https://%1$s:8200"
                cluster_addr = "https://%1$s:8201"

                storage "etcd" {
                  address = "%2$s"
                  etcd_api = "v3"
                  ha_enabled = "true"
                  tls_cert_file = "/etc/vault/etcd.crt"
                  tls_key_file = "/etc/vault/etcd.key"
                }
                """.formatted(servers.node0(me), String.join(",", servers.etcdEndpoints(lrns)));
    }
}
