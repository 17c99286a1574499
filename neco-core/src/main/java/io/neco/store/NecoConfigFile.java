package io.neco.store;

import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.time.GoDuration;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and renders {@code /etc/neco/config.yml}; source: etcd.go and progs/etcd/neco.go at 1eec387. */
public final class NecoConfigFile {
    static final String HOW_TO = "; neco setup and neco join write this file, compare it with another boot server's";

    private NecoConfigFile() {}

    /**
     * Reads {@value HostPaths#NECO_CONFIG_FILE}.
     *
     * @throws EtcdConfigException when the file is missing, not readable, or not understood
     */
    public static EtcdConfig read(HostFiles files) {
        String path = files.path(HostPaths.NECO_CONFIG_FILE).toString();
        try {
            return parse(files.read(HostPaths.NECO_CONFIG_FILE), path);
        } catch (NoSuchFileException e) {
            throw new EtcdConfigException(
                    path + " does not exist: this server is no boot server yet; run neco setup or neco join", e);
        } catch (AccessDeniedException e) {
            throw new EtcdConfigException("no permission to read " + path + "; run this as root", e);
        } catch (IOException e) {
            throw new EtcdConfigException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a configuration. Absent keys have the reference's defaults, unknown keys are ignored.
     *
     * @param yaml the file's text
     * @param source the file's name, for messages
     * @throws EtcdConfigException when a value cannot be used
     */
    public static EtcdConfig parse(String yaml, String source) {
        Map<String, Object> values = flat(yaml);
        if (values == null) {
            values = YamlConfig.read(yaml, source);
        }
        return config(values, source);
    }

    private static EtcdConfig config(Map<String, Object> values, String source) {
        List<String> endpoints = endpoints(values.get("endpoints"), source);
        String timeout = text(values, "timeout", "2s", source);
        Duration parsed;
        try {
            parsed = GoDuration.parse(timeout);
        } catch (IllegalArgumentException e) {
            throw new EtcdConfigException(
                    source + ": timeout " + timeout + " is not a duration such as 2s or 500ms (" + e.getMessage() + ")",
                    e);
        }
        if (parsed.isNegative() || parsed.isZero()) {
            throw new EtcdConfigException(source + ": timeout " + timeout + " must be more than zero, e.g. 2s");
        }
        Optional<EtcdConfig.Pem> ca = pem(values, "tls-ca-file", "tls-ca", source);
        Optional<EtcdConfig.Pem> cert = pem(values, "tls-cert-file", "tls-cert", source);
        Optional<EtcdConfig.Pem> key = pem(values, "tls-key-file", "tls-key", source);
        if (cert.isPresent() != key.isPresent()) {
            throw new EtcdConfigException(source + ": "
                    + (cert.isPresent()
                            ? "tls-cert-file or tls-cert is given without tls-key-file or tls-key"
                            : "tls-key-file or tls-key is given without tls-cert-file or tls-cert")
                    + "; give both or neither");
        }
        return new EtcdConfig(
                endpoints,
                text(values, "prefix", "/neco/", source),
                parsed,
                text(values, "username", "", source),
                text(values, "password", "", source),
                ca,
                cert,
                key,
                source);
    }

    private static List<String> endpoints(@Nullable Object value, String source) {
        if (value == null) {
            return List.of("http://127.0.0.1:2379");
        }
        if (!(value instanceof List<?> items) || !onlyText(items)) {
            throw new EtcdConfigException(source + ": endpoints must be a list of URLs such as https://10.69.0.3:2379");
        }
        List<String> endpoints = new ArrayList<>();
        for (Object item : items) {
            endpoints.add(EndpointAddress.parse((String) item, source).url());
        }
        if (endpoints.isEmpty()) {
            throw new EtcdConfigException(source + ": endpoints is empty; list etcd's client URLs");
        }
        return endpoints;
    }

    private static boolean onlyText(List<?> items) {
        for (Object item : items) {
            if (!(item instanceof String)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<EtcdConfig.Pem> pem(
            Map<String, Object> values, String fileKey, String literalKey, String source) {
        String path = text(values, fileKey, "", source);
        if (!path.isEmpty()) {
            return Optional.of(new EtcdConfig.Pem.InFile(path));
        }
        String literal = text(values, literalKey, "", source);
        return literal.isEmpty() ? Optional.empty() : Optional.of(new EtcdConfig.Pem.Literal(literal));
    }

    private static String text(Map<String, Object> values, String key, String absent, String source) {
        Object value = values.get(key);
        if (value == null) {
            return absent;
        }
        if (value instanceof String text) {
            return text;
        }
        throw new EtcdConfigException(source + ": " + key + " must be text, but is a list or a map" + HOW_TO);
    }

    /** The form this project and the reference write, read without a YAML library; null when the text is anything else. */
    private static @Nullable Map<String, Object> flat(String yaml) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> list = null;
        for (String line : yaml.split("\n", -1)) {
            if (line.isEmpty()) {
                continue;
            }
            if (line.startsWith("- ") && list != null) {
                String item = scalar(line.substring(2));
                if (item == null || item.isEmpty()) {
                    return null;
                }
                list.add(item);
                continue;
            }
            int colon = line.indexOf(':');
            if (colon <= 0 || !isKey(line, colon)) {
                return null;
            }
            String key = line.substring(0, colon);
            String rest = line.substring(colon + 1);
            if (rest.isEmpty() && key.equals("endpoints")) {
                list = new ArrayList<>();
                values.put(key, list);
                continue;
            }
            String value = rest.startsWith(" ") ? scalar(rest.substring(1)) : null;
            if (value == null || values.containsKey(key)) {
                return null;
            }
            list = null;
            values.put(key, value);
        }
        return list != null && list.isEmpty() ? null : values;
    }

    /** A plain scalar without any meaning beyond its letters, or {@code ""}; null for everything else. */
    private static @Nullable String scalar(String text) {
        if (text.equals("\"\"")) {
            return "";
        }
        if (text.isEmpty() || text.endsWith(":") || "/0123456789h".indexOf(text.charAt(0)) < 0) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 128 || (!Character.isLetterOrDigit(c) && "/:._-[]".indexOf(c) < 0)) {
                return null;
            }
        }
        return text;
    }

    private static boolean isKey(String line, int end) {
        for (int i = 0; i < end; i++) {
            char c = line.charAt(i);
            if (c != '-' && (c < 'a' || c > 'z')) {
                return false;
            }
        }
        return true;
    }

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
