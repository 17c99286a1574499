package io.neco.program.promtail;

import io.neco.host.BootServer;
import io.neco.host.HostPaths;
import io.neco.program.ContainerUnit;
import java.util.List;

/**
 * Files of promtail on a boot server.
 *
 * <p>Source: progs/promtail/ at 1eec387.
 */
public final class PromtailProgram {
    /** The unit's name, without {@code .service}. */
    public static final String SERVICE = "promtail";
    /** Name of the image in the artifact set. */
    public static final String IMAGE = "promtail";

    private PromtailProgram() {}

    /**
     * The unit file {@code promtail.service}.
     *
     * @param image full name of the image
     */
    public static String service(String image) {
        return """
                [Unit]
                Description=Promtail container
                Wants=network-online.target docker.service
                After=network-online.target cke-localproxy.service docker.service
                StartLimitIntervalSec=600s

                [Service]
                Type=simple
                Restart=always
                RestartSec=30s
                %s
                [Install]
                WantedBy=multi-user.target
                """.formatted(ContainerUnit.run(
                SERVICE,
                List.of(
                        "--network=host",
                        "--log-driver=journald",
                        "--pull=never",
                        "--read-only",
                        "--user=root",
                        "--volume=/etc/promtail:/etc/promtail:ro",
                        "--volume=/run/promtail:/run/promtail",
                        "--volume=/var/log/journal:/var/log/journal"),
                image + " -config.file=" + HostPaths.PROMTAIL_CONFIG_FILE));
    }

    /**
     * {@code /etc/promtail/promtail.yaml}.
     *
     * @param me logical rack number of this boot server
     */
    public static String config(int me, BootServer servers) {
        return """
                server:
                  log_level: info
                  http_listen_port: 3101

                clients:
                  - url: http://distributor.logging.svc:3100/loki/api/v1/push

                positions:
                  filename: /run/promtail/positions.yaml

                scrape_configs:
                  - job_name: journal
                    journal:
                      json: false
                      max_age: 12h
                      path: /var/log/journal
                      labels:
                        job: systemd-journal
                        instance: %s
                    relabel_configs:
                      - source_labels: ["__journal__systemd_unit"]
                        target_label: "unit"
                      - source_labels: ["__journal_syslog_identifier"]
                        target_label: "syslog_identifier"
                      - source_labels: ["__journal_container_name"]
                        target_label: "container_name"
                      - source_labels: ["__journal__hostname"]
                        target_label: "hostname"
                """.formatted(servers.node0(me));
    }
}
