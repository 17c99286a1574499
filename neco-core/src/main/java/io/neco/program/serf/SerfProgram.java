package io.neco.program.serf;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.neco.host.BootServer;
import io.neco.host.HostPaths;
import io.neco.program.ContainerUnit;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Files of serf on a boot server.
 *
 * <p>Source: progs/serf/ at 1eec387.
 */
public final class SerfProgram {
    /** The unit's name, without {@code .service}. */
    public static final String SERVICE = "serf";
    /** Name of the image in the artifact set. */
    public static final String IMAGE = "serf";
    /** Installs serf's program from the image; see {@link #TOOLS_MOUNT}. */
    public static final String INSTALL_TOOLS = "/usr/local/serf/install-tools";
    /** The program that it installs. */
    public static final String BINARY = "/usr/local/bin/serf";
    /** Where {@link #INSTALL_TOOLS} expects the host's {@code /usr/local/bin}. */
    public static final String TOOLS_MOUNT = "/host/usr/local/bin";

    private SerfProgram() {}

    /**
     * The unit file {@code serf.service}.
     *
     * @param image full name of the image
     */
    public static String service(String image) {
        return """
                [Unit]
                Description=Serf container
                Wants=docker.service time-sync.target
                After=docker.service time-sync.target
                ConditionPathExists=/etc/serf/serf.json
                StartLimitIntervalSec=600s

                [Service]
                Type=simple
                Restart=always
                RestartSec=10s
                StartLimitInterval=10m
                %s
                [Install]
                WantedBy=multi-user.target
                """.formatted(ContainerUnit.run(
                SERVICE,
                List.of(
                        "--network=host --uts=host",
                        "--log-driver=journald",
                        "--pull=never",
                        "--read-only",
                        "--volume=/etc/serf:/etc/serf:ro"),
                image + " agent -config-file " + HostPaths.SERF_CONFIG_FILE));
    }

    /**
     * {@code /etc/serf/serf.json}.
     *
     * @param system the operating system, told to the others
     * @param serial this machine's serial number
     * @param peers logical rack numbers of the other boot servers
     */
    public static String config(OsRelease system, String serial, List<Integer> peers, BootServer servers) {
        String join = peers.isEmpty()
                ? "[]"
                : peers.stream()
                        .map(lrn -> "\n    " + quoted(servers.node0(lrn)))
                        .collect(Collectors.joining(",", "[", "\n  ]"));
        return """
                {
                  "tags": {
                    "os-name": %s,
                    "os-version": %s,
                    "serial": %s,
                    "boot-server": "true"
                  },
                  "interface": "node0",
                  "reconnect_interval": "30s",
                  "reconnect_timeout": "24h",
                  "tombstone_timeout": "24h",
                  "retry_join": %s,
                  "retry_max_attempts": 0,
                  "retry_interval": "30s",
                  "log_level": "debug",
                  "protocol": 5
                }
                """.formatted(quoted(system.name()), quoted(system.versionId()), quoted(serial), join);
    }

    /** As Go's encoder writes a string: what HTML gives a meaning is escaped. */
    private static String quoted(String text) {
        String escaped = new String(JsonStringEncoder.getInstance().quoteAsString(text));
        return '"' + escaped.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + '"';
    }
}
