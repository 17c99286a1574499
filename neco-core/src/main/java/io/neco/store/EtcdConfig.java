package io.neco.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to reach etcd: the contents of {@code /etc/neco/config.yml}; source: the etcdutil library's Config, docs/etcd-schema.md.
 *
 * @param endpoints URLs
 * @param prefix name space of the keys, usually {@code /neco/}
 * @param timeout how long to wait for a connection
 * @param username user for password authentication; empty: identity comes from the certificate
 * @param password password of that user
 * @param tlsCa CA certificates; empty: those the operating system trusts
 * @param tlsCert client certificate
 * @param tlsKey key of the client certificate
 * @param source the file that says all this, for messages; empty: none does
 */
public record EtcdConfig(
        List<String> endpoints,
        String prefix,
        Duration timeout,
        String username,
        String password,
        Optional<Pem> tlsCa,
        Optional<Pem> tlsCert,
        Optional<Pem> tlsKey,
        String source) {

    /** PEM text or the file that holds it; read when a connection is made, since files change during setup. */
    public sealed interface Pem {
        /**
         * PEM text in a file.
         *
         * @param path an absolute path
         */
        record InFile(String path) implements Pem {}

        /**
         * PEM text given literally.
         *
         * @param pem the text itself
         */
        record Literal(String pem) implements Pem {
            @Override
            public String toString() {
                return "Literal[…]";
            }
        }
    }

    /** Copies the list. */
    public EtcdConfig {
        endpoints = List.copyOf(endpoints);
    }

    /** What is in no file. */
    public EtcdConfig(
            List<String> endpoints,
            String prefix,
            Duration timeout,
            String username,
            String password,
            Optional<Pem> tlsCa,
            Optional<Pem> tlsCert,
            Optional<Pem> tlsKey) {
        this(endpoints, prefix, timeout, username, password, tlsCa, tlsCert, tlsKey, "");
    }

    /** The same, said by a file. */
    public EtcdConfig from(String file) {
        return new EtcdConfig(endpoints, prefix, timeout, username, password, tlsCa, tlsCert, tlsKey, file);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "EtcdConfig[endpoints=" + endpoints + ", prefix=" + prefix + ", timeout=" + timeout + ", username="
                + username
                + ", password=" + (password.isEmpty() ? "" : "…") + ", tlsCa=" + tlsCa + ", tlsCert=" + tlsCert
                + ", tlsKey=" + tlsKey + ", source=" + source + "]";
    }
}
