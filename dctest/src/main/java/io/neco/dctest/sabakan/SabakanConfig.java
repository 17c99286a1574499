package io.neco.dctest.sabakan;

import io.neco.dctest.tls.KeyPairFiles;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server needs to know at its start. Source: sabakan v2.13.0, docs/sabakan.md.
 *
 * @param listen where it answers
 * @param advertiseUrl how other servers and nodes reach it, without a slash at the end
 * @param dataDirectory where images and assets are kept
 * @param endpoints members of etcd, that of this host first
 * @param prefix of its keys in etcd
 * @param client certificate and key for etcd; empty for none
 */
public record SabakanConfig(
        InetSocketAddress listen,
        String advertiseUrl,
        Path dataDirectory,
        List<URI> endpoints,
        String prefix,
        Optional<KeyPairFiles> client) {

    /**
     * Understands a configuration file: the part of YAML that a configuration needs, which is names with texts, with
     * lists of texts, and with one more level of the same. Unknown names are left alone.
     *
     * @throws IllegalArgumentException if a line is none of that, or a needed value is missing
     */
    public static SabakanConfig parse(String text) {
        Map<String, List<String>> values = read(text);
        String advertise = one(values, "advertise-url").orElse("");
        if (advertise.isEmpty()) {
            throw new IllegalArgumentException("advertise-url must be specified");
        }
        String own = String.valueOf(URI.create(advertise).getHost());
        List<URI> endpoints =
                new ArrayList<>(values.getOrDefault("etcd.endpoints", List.of("http://127.0.0.1:2379")).stream()
                        .map(URI::create)
                        .toList());
        endpoints.sort(Comparator.comparing(endpoint -> !own.equals(endpoint.getHost())));
        Optional<String> certificate = one(values, "etcd.tls-cert-file");
        Optional<String> key = one(values, "etcd.tls-key-file");
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("set both or none of etcd.tls-cert-file and etcd.tls-key-file");
        }
        String listen = one(values, "http").orElse("0.0.0.0:10080");
        int colon = listen.lastIndexOf(':');
        return new SabakanConfig(
                new InetSocketAddress(listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1))),
                advertise.replaceFirst("/+$", ""),
                Path.of(one(values, "data-dir").orElse("/var/lib/sabakan")),
                endpoints,
                one(values, "etcd.prefix").orElse("/sabakan/"),
                certificate.map(file -> new KeyPairFiles(Path.of(file), Path.of(key.orElseThrow()))));
    }

    private static Optional<String> one(Map<String, List<String>> values, String name) {
        return values.getOrDefault(name, List.of()).stream().findFirst().filter(value -> !value.isEmpty());
    }

    private static Map<String, List<String>> read(String text) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        String section = "";
        String name = "";
        for (String line : text.lines().toList()) {
            String content = line.strip();
            if (content.isEmpty() || content.startsWith("#") || content.equals("---")) {
                continue;
            }
            if (content.startsWith("- ")) {
                values.computeIfAbsent(name, n -> new ArrayList<>()).add(plain(content.substring(2)));
                continue;
            }
            int colon = content.indexOf(':');
            if (colon <= 0 || (colon + 1 < content.length() && content.charAt(colon + 1) != ' ')) {
                throw new IllegalArgumentException("the line is not NAME: VALUE: " + line);
            }
            String key = content.substring(0, colon);
            String value = plain(content.substring(colon + 1));
            boolean nested = line.startsWith(" ");
            name = nested ? section + "." + key : key;
            if (!nested) {
                section = key;
            }
            if (!value.isEmpty()) {
                values.put(name, new ArrayList<>(List.of(value)));
            }
        }
        return values;
    }

    private static String plain(String value) {
        String text = value.strip();
        boolean quoted = text.length() > 1
                && (text.startsWith("\"") || text.startsWith("'"))
                && text.charAt(0) == text.charAt(text.length() - 1);
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
