package io.neco.store;

import java.util.List;

/** Reads and renders {@code /etc/neco/config.yml}; source: etcd.go and progs/etcd/neco.go at 1eec387. */
public final class NecoConfigFile {
    private NecoConfigFile() {}

    /**
     * The file's text for a cluster with these endpoints: all eleven keys in the reference's order.
     *
     * @param endpoints etcd's client endpoints, in the order of the members
     */
    public static String render(List<String> endpoints) {
        StringBuilder text = new StringBuilder("endpoints:\n");
        for (String endpoint : endpoints) {
            text.append("- ").append(endpoint).append('\n');
        }
        return text.append("""
                        password: ""
                        prefix: /neco/
                        timeout: 2s
                        tls-ca: ""
                        tls-ca-file: ""
                        tls-cert: ""
                        tls-cert-file: /etc/neco/etcd.crt
                        tls-key: ""
                        tls-key-file: /etc/neco/etcd.key
                        username: ""
                        """).toString();
    }
}
