package io.neco.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.neco.yaml.YamlDocument;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What differs between organisations: where releases come from and how boot servers are addressed. Read from
 * {@code /usr/share/neco/site.yml}, overridden key by key by {@code /etc/neco/site.yml}; see docs/site.md.
 *
 * @param releaseOwner owner of the repository whose releases carry Neco's package
 * @param releaseRepository that repository
 * @param releaseApi base address of the GitHub-compatible API, without a trailing slash
 * @param node0Base network the node0 addresses are counted from
 * @param node0Stride addresses per rack
 * @param node0Offset offset of the boot server within its rack
 * @param bastionInterface network interface with the bastion address
 * @param privateImageSuffix what the repository of a private image ends with
 */
public record Site(
        String releaseOwner,
        String releaseRepository,
        URI releaseApi,
        String node0Base,
        int node0Stride,
        int node0Offset,
        String bastionInterface,
        String privateImageSuffix) {

    /** Shipped in the package. */
    public static final String DEFAULT_FILE = "/usr/share/neco/site.yml";
    /** Written by the operator; any subset of the keys. */
    public static final String OVERRIDE_FILE = "/etc/neco/site.yml";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern INTERFACE = Pattern.compile("[^\\s/]{1,15}");
    private static final Pattern IPV4 =
            Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

    /** The reference's values. */
    public static Site defaults() {
        return new Site(
                "cybozu-go", "neco", URI.create("https://api.github.com"), "10.69.0.0", 192, 3, "bastion", "-secret");
    }

    /**
     * The settings of this host: the reference's values, overridden by the package's file, overridden by the operator's.
     *
     * @throws IOException when a file is not YAML, or a key or value is not allowed; the message names file, key, value and what
     *     is allowed
     */
    public static Site load(HostRoot root) throws IOException {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        Map<String, String> sources = new LinkedHashMap<>();
        for (String file : new String[] {DEFAULT_FILE, OVERRIDE_FILE}) {
            Path path = root.resolve(file);
            if (Files.exists(path)) {
                read(path, file, values, sources);
            }
        }
        return new Reader(values, sources).site();
    }

    private static void read(Path path, String file, Map<String, JsonNode> values, Map<String, String> sources)
            throws IOException {
        String text = Files.readString(path);
        JsonNode tree;
        try {
            tree = YamlDocument.read(text);
        } catch (IOException e) {
            throw new IOException(file + " is not valid YAML: " + e.getMessage(), e);
        }
        if (tree.isNull()) {
            return;
        }
        if (!tree.isObject()) {
            throw new IOException(file + " must be a mapping of keys to values");
        }
        for (Iterator<Map.Entry<String, JsonNode>> it = tree.properties().iterator(); it.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = it.next();
            values.put(entry.getKey(), entry.getValue());
            sources.put(entry.getKey(), file);
        }
    }

    private record Reader(Map<String, JsonNode> values, Map<String, String> sources) {
        Site site() throws IOException {
            Site d = defaults();
            Site site = new Site(
                    text("release-owner", d.releaseOwner, NAME, "letters, digits, dot, dash and underscore"),
                    text("release-repository", d.releaseRepository, NAME, "letters, digits, dot, dash and underscore"),
                    url("release-api", d.releaseApi),
                    text("node0-base", d.node0Base, IPV4, "an IPv4 address such as 10.69.0.0"),
                    number("node0-stride", d.node0Stride, 1),
                    number("node0-offset", d.node0Offset, 0),
                    text("bastion-interface", d.bastionInterface, INTERFACE, "the name of a network interface"),
                    text(
                            "private-image-suffix",
                            d.privateImageSuffix,
                            Pattern.compile("[a-z0-9._-]*"),
                            "lower-case letters, digits, dot, dash and underscore, or nothing"));
            if (!values.isEmpty()) {
                String key = values.keySet().iterator().next();
                throw new IOException("unknown key " + key + " in " + sources.get(key)
                        + " (known: release-owner, release-repository, release-api, node0-base, node0-stride, node0-offset,"
                        + " bastion-interface, private-image-suffix)");
            }
            return site;
        }

        private String text(String key, String fallback, Pattern allowed, String meaning) throws IOException {
            JsonNode node = values.remove(key);
            if (node == null) {
                return fallback;
            }
            if (!node.isTextual() || !allowed.matcher(node.textValue()).matches()) {
                throw wrong(key, node, meaning);
            }
            return node.textValue();
        }

        private int number(String key, int fallback, int least) throws IOException {
            JsonNode node = values.remove(key);
            if (node == null) {
                return fallback;
            }
            if (!node.isInt() || node.intValue() < least) {
                throw wrong(key, node, "a whole number of " + least + " or more");
            }
            return node.intValue();
        }

        private URI url(String key, URI fallback) throws IOException {
            JsonNode node = values.remove(key);
            if (node == null) {
                return fallback;
            }
            String meaning = "an absolute http or https address such as https://api.github.com";
            if (!node.isTextual()) {
                throw wrong(key, node, meaning);
            }
            try {
                URI uri = URI.create(node.textValue().replaceAll("/+$", ""));
                if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                    throw wrong(key, node, meaning);
                }
                return uri;
            } catch (IllegalArgumentException e) {
                throw wrong(key, node, meaning);
            }
        }

        private IOException wrong(String key, JsonNode node, String meaning) {
            return new IOException("value " + node + " of " + key + " in " + sources.get(key)
                    + " is not allowed; it must be " + meaning);
        }
    }
}
