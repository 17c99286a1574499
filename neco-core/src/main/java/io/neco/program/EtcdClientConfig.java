package io.neco.program;

import java.util.List;

/**
 * How a program finds its data in etcd, in the YAML that Go's etcd programs read: keys in order, lists not indented.
 *
 * <p>Source: progs/etcdpasswd/, progs/cke/ and progs/sabakan/ at 1eec387.
 */
public final class EtcdClientConfig {
    private EtcdClientConfig() {}

    /**
     * The keys {@code endpoints}, {@code tls-cert-file} and {@code tls-key-file}.
     *
     * @param endpoints addresses of etcd's members
     * @param certFile client certificate
     * @param keyFile its key
     */
    public static String render(List<String> endpoints, String certFile, String keyFile) {
        StringBuilder yaml = new StringBuilder("endpoints:");
        if (endpoints.isEmpty()) {
            yaml.append(" []");
        }
        yaml.append('\n');
        endpoints.forEach(endpoint -> yaml.append("- ").append(endpoint).append('\n'));
        return yaml.append("tls-cert-file: ")
                .append(certFile)
                .append("\ntls-key-file: ")
                .append(keyFile)
                .append('\n')
                .toString();
    }
}
