package io.neco.dctest.vault.config;

import io.neco.dctest.tls.KeyPairFiles;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a server needs to know at its start.
 *
 * @param address where to listen
 * @param listenerTls certificate and key of the listener; empty for clear text
 * @param unauthenticatedMetrics whether metrics may be read without a token
 * @param apiAddress where clients reach this server, given to them by standby servers
 * @param clusterAddress shown to clients, not listened on
 * @param etcd where entries are stored; empty for memory
 * @param development the development mode; empty for a real server
 */
public record ServerConfig(
        InetSocketAddress address,
        Optional<KeyPairFiles> listenerTls,
        boolean unauthenticatedMetrics,
        String apiAddress,
        String clusterAddress,
        Optional<Etcd> etcd,
        Optional<Development> development) {

    /** Default and maximum of leases that no mount limits: 32 days. */
    public static final Duration SYSTEM_MAX_TTL = Duration.ofDays(32);

    /**
     * Storage in etcd.
     *
     * @param client certificate and key of the client; empty for none
     * @param trust certificate authorities to trust; empty for those of the operating system
     */
    public record Etcd(
            List<URI> endpoints,
            String path,
            boolean highAvailability,
            Optional<KeyPairFiles> client,
            Optional<Path> trust) {}

    /** Development mode: initialised, unsealed, in memory, with a well-known root token. */
    public record Development(String rootToken) {}

    /** A development server on the given address. */
    public static ServerConfig development(InetSocketAddress address, String rootToken) {
        String api = "http://" + (address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : address.getHostString())
                + ":" + address.getPort();
        return new ServerConfig(
                address, Optional.empty(), false, api, api, Optional.empty(), Optional.of(new Development(rootToken)));
    }

    /**
     * Understands a configuration file.
     *
     * @throws IllegalArgumentException if the text is malformed or asks for something that this stand-in cannot do
     */
    public static ServerConfig parse(String text) {
        Hcl.Body root = Hcl.parse(text);
        Hcl.Block listener = one(root, "listener", "tcp");
        Hcl.Body tcp = listener.body();
        InetSocketAddress address = address(tcp.text("address").orElse("127.0.0.1:8200"));
        boolean plain = flag(tcp, "tls_disable", false);
        Optional<KeyPairFiles> tls = keyPair(tcp, "tls_cert_file", "tls_key_file");
        if (tls.isEmpty() && !plain) {
            throw new IllegalArgumentException(
                    "listener tcp: set tls_cert_file and tls_key_file, or tls_disable = true");
        }
        boolean metrics = tcp.blocks("telemetry").stream()
                .anyMatch(block -> flag(block.body(), "unauthenticated_metrics_access", false));
        String scheme = plain ? "http" : "https";
        String host = address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : address.getHostString();
        String api = root.text("api_addr").orElse(scheme + "://" + host + ":" + address.getPort());
        if (!root.blocks("seal").isEmpty()) {
            throw new IllegalArgumentException("seal blocks are not supported by this stand-in for Vault");
        }
        return new ServerConfig(
                address,
                plain ? Optional.empty() : tls,
                metrics,
                api,
                root.text("cluster_addr").orElse("https://" + host + ":" + (address.getPort() + 1)),
                storage(root, api),
                Optional.empty());
    }

    private static Optional<Etcd> storage(Hcl.Body root, String apiAddress) {
        List<Hcl.Block> blocks = new ArrayList<>(root.blocks("storage"));
        blocks.addAll(root.blocks("backend"));
        if (blocks.size() != 1) {
            throw new IllegalArgumentException("exactly one storage block is needed");
        }
        Hcl.Block block = blocks.get(0);
        Hcl.Body body = block.body();
        if (block.labels().equals(List.of("inmem"))) {
            return Optional.empty();
        }
        if (!block.labels().equals(List.of("etcd"))) {
            throw new IllegalArgumentException("line " + block.line() + ": storage " + block.labels()
                    + " is not supported by this stand-in for Vault");
        }
        if (!body.text("etcd_api").orElse("v3").matches("v?3")) {
            throw new IllegalArgumentException("line " + block.line() + ": only etcd_api v3 is supported");
        }
        List<URI> endpoints = Arrays.stream(
                        body.text("address").orElse("http://localhost:2379").split(",", -1))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .map(URI::create)
                .toList();
        for (URI endpoint : endpoints) {
            if (endpoint.getHost() == null || endpoint.getPort() < 0) {
                throw new IllegalArgumentException("storage etcd: address " + endpoint + " lacks a host or a port");
            }
        }
        return Optional.of(new Etcd(
                ownMemberFirst(endpoints, apiAddress),
                body.text("path").orElse("/vault/"),
                flag(body, "ha_enabled", false),
                keyPair(body, "tls_cert_file", "tls_key_file"),
                body.text("tls_ca_file").map(Path::of)));
    }

    /** The member on this server costs no network trip and shares this server's fate. */
    private static List<URI> ownMemberFirst(List<URI> endpoints, String apiAddress) {
        String own = URI.create(apiAddress).getHost();
        List<URI> sorted = new ArrayList<>(endpoints);
        sorted.sort(
                java.util.Comparator.comparing(endpoint -> !endpoint.getHost().equals(own)));
        return sorted;
    }

    private static Hcl.Block one(Hcl.Body root, String type, String label) {
        List<Hcl.Block> blocks = root.blocks(type);
        if (blocks.size() != 1 || !blocks.get(0).labels().equals(List.of(label))) {
            throw new IllegalArgumentException(
                    "exactly one block " + type + " \"" + label + "\" is supported by this stand-in for Vault");
        }
        return blocks.get(0);
    }

    private static Optional<KeyPairFiles> keyPair(Hcl.Body body, String certificate, String key) {
        Optional<String> c = body.text(certificate);
        Optional<String> k = body.text(key);
        if (c.isPresent() != k.isPresent()) {
            throw new IllegalArgumentException("set both or none of " + certificate + " and " + key);
        }
        return c.map(file -> new KeyPairFiles(Path.of(file), Path.of(k.orElseThrow())));
    }

    private static boolean flag(Hcl.Body body, String name, boolean otherwise) {
        return body.text(name).map(v -> v.equals("true") || v.equals("1")).orElse(otherwise);
    }

    /** Splits {@code HOST:PORT}; an IPv6 address may stand in brackets. */
    public static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException("address \"" + text + "\" is not HOST:PORT");
        }
        String host = text.substring(0, colon).replaceAll("^\\[|\\]$", "");
        int port = Integer.parseInt(text.substring(colon + 1));
        return new InetSocketAddress(host.isEmpty() ? "0.0.0.0" : host, port);
    }
}
