package io.neco.program.sabakan;

import io.neco.host.BootServer;
import io.neco.host.HostPaths;
import io.neco.program.ContainerUnit;
import io.neco.program.EtcdClientConfig;
import java.util.List;

/**
 * Files of sabakan on a boot server.
 *
 * <p>Source: progs/sabakan/ at 1eec387.
 */
public final class SabakanProgram {
    /** The unit's name, without {@code .service}. */
    public static final String SERVICE = "sabakan";
    /** Name of the image in the artifact set. */
    public static final String IMAGE = "sabakan";
    /** Installs sabactl and other programs from the image; see {@link #TOOLS_MOUNT}. */
    public static final String INSTALL_TOOLS = "/usr/local/sabakan/install-tools";
    /** Where {@link #INSTALL_TOOLS} expects the host's {@code /usr/local/bin}. */
    public static final String TOOLS_MOUNT = "/host/usr/local/bin";
    /** Where sabakan listens, as seen on the boot server itself. */
    public static final String LOCAL_ENDPOINT = "http://127.0.0.1:10080";
    /** Unit that keeps the states of machines up to date; comes in the neco package. */
    public static final String STATE_SETTER_SERVICE = "sabakan-state-setter";

    private SabakanProgram() {}

    /**
     * The unit file {@code sabakan.service}.
     *
     * @param image full name of the image
     */
    public static String service(String image) {
        return """
                [Unit]
                Description=Sabakan container
                Wants=network-online.target docker.service etcd-container.service
                After=network-online.target docker.service etcd-container.service
                ConditionPathExists=/etc/sabakan/config.yml
                ConditionPathExists=/etc/sabakan/etcd.crt
                ConditionPathExists=/etc/sabakan/etcd.key
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
                        "--network=host --uts=host",
                        "--log-driver=journald",
                        "--pull=never",
                        "--read-only",
                        "--cap-add=NET_BIND_SERVICE",
                        "--volume=/etc/neco:/etc/neco:ro",
                        "--volume=/etc/ssl/certs:/etc/ssl/certs:ro",
                        "--volume=/etc/sabakan:/etc/sabakan:ro",
                        "--volume=/var/lib/sabakan:/var/lib/sabakan"),
                image + " --config-file=" + HostPaths.SABAKAN_CONFIG_FILE));
    }

    /**
     * {@code /etc/sabakan/config.yml}.
     *
     * @param me logical rack number of this boot server
     * @param lrns all members, in the order they are listed
     */
    public static String config(int me, List<Integer> lrns, BootServer servers) {
        String etcd = EtcdClientConfig.render(
                servers.etcdEndpoints(lrns), HostPaths.SABAKAN_CERT_FILE, HostPaths.SABAKAN_KEY_FILE);
        return "advertise-url: http://" + servers.node0(me) + ":10080\n"
                + "dhcp-bind: 0.0.0.0:67\n"
                + "etcd:\n"
                + etcd.indent(2);
    }
}
