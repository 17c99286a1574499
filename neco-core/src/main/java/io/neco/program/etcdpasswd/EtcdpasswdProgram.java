package io.neco.program.etcdpasswd;

import io.neco.host.BootServer;
import io.neco.host.HostPaths;
import io.neco.program.EtcdClientConfig;
import java.util.List;

/**
 * Files of etcdpasswd on a boot server; its program and unit come in a Debian package.
 *
 * <p>Source: progs/etcdpasswd/ at 1eec387.
 */
public final class EtcdpasswdProgram {
    /** The unit's name, without {@code .service}. */
    public static final String SERVICE = "ep-agent";
    /** Name of the Debian package in the artifact set. */
    public static final String PACKAGE = "etcdpasswd";

    private EtcdpasswdProgram() {}

    /** Drop-in of the agent's unit; the empty first line is the reference's. */
    public static String dropIn() {
        return """

                [Unit]
                Wants=etcd-container.service
                After=etcd-container.service
                ConditionPathExists=/etc/etcdpasswd/etcd.crt
                ConditionPathExists=/etc/etcdpasswd/etcd.key
                StartLimitIntervalSec=600s

                [Service]
                RestartSec=30s
                """;
    }

    /**
     * {@code /etc/etcdpasswd/config.yml}.
     *
     * @param lrns all members, in the order they are listed
     */
    public static String config(List<Integer> lrns, BootServer servers) {
        return EtcdClientConfig.render(
                servers.etcdEndpoints(lrns), HostPaths.ETCDPASSWD_CERT_FILE, HostPaths.ETCDPASSWD_KEY_FILE);
    }
}
