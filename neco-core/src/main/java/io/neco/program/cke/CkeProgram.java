package io.neco.program.cke;

import io.neco.host.BootServer;
import io.neco.program.EtcdClientConfig;
import java.util.List;

/**
 * Files of CKE on a boot server. Its units come with its Debian package.
 *
 * <p>Source: progs/cke/ and constants.go at 1eec387; see docs/cke.md.
 */
public final class CkeProgram {
    /** The service's name, without {@code .service}. */
    public static final String SERVICE = "cke";
    /** The service through which a boot server reaches the Kubernetes cluster, its DNS included. */
    public static final String LOCAL_PROXY_SERVICE = "cke-localproxy";
    /** CKE as a user of etcd. */
    public static final String USER = "cke";
    /** What etcd's keys of CKE begin with. */
    public static final String KEY_PREFIX = "/cke/";
    /** CKE's configuration. */
    public static final String CONFIG_FILE = "/etc/cke/config.yml";
    /** CKE's client certificate for etcd; without it CKE does not start. */
    public static final String CERT_FILE = "/etc/cke/etcd.crt";
    /** Key of {@link #CERT_FILE}. */
    public static final String KEY_FILE = "/etc/cke/etcd.key";

    private CkeProgram() {}

    /**
     * {@code /etc/cke/config.yml}.
     *
     * @param lrns all members, in the order they are listed
     */
    public static String config(List<Integer> lrns, BootServer servers) {
        return EtcdClientConfig.render(servers.etcdEndpoints(lrns), CERT_FILE, KEY_FILE);
    }
}
