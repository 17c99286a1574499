package io.neco.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Proxies by {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY} (or lower case), as Go's default client reads them; source:
 * pkg.go.dev/golang.org/x/net/http/httpproxy.
 */
final class EnvironmentProxy extends ProxyChoice {
    private static final String FOR_HTTP = "HTTP_PROXY";
    private static final String FOR_HTTPS = "HTTPS_PROXY";

    private final Map<String, String> environment;

    EnvironmentProxy(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    Optional<ProxySetting> proxyFor(URI uri) {
        return bypasses(uri) ? Optional.empty() : proxy("https".equals(uri.getScheme()) ? FOR_HTTPS : FOR_HTTP);
    }

    @Override
    List<ProxySetting> all() {
        return Stream.of(FOR_HTTP, FOR_HTTPS)
                .flatMap(name -> {
                    try {
                        return proxy(name).stream();
                    } catch (IllegalArgumentException e) {
                        return Stream.empty(); // told by the request that needs it
                    }
                })
                .toList();
    }

    private Optional<ProxySetting> proxy(String name) {
        String address = value(name);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        String full = address.contains("://") ? address : "http://" + address;
        return Optional.of(ProxySetting.parse(full, "environment variable " + name));
    }

    private String value(String name) {
        String upper = environment.getOrDefault(name, "");
        return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
    }

    private boolean bypasses(URI uri) {
        String host = uri.getHost() == null
                ? ""
                : uri.getHost().replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        if (host.equals("localhost") || (isAddress(host) && address(host).isLoopbackAddress())) {
            return true;
        }
        int port = uri.getPort() < 0 ? ("https".equals(uri.getScheme()) ? 443 : 80) : uri.getPort();
        return Arrays.stream(value("NO_PROXY").split(","))
                .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                .filter(entry -> !entry.isEmpty())
                .anyMatch(entry -> matches(entry, host, port));
    }

    private static boolean matches(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
        }
        if (entry.contains("/")) {
            return isAddress(host) && isInRange(entry, host);
        }
        String name = entry;
        int colon = entry.lastIndexOf(':');
        if (colon > 0 && colon == entry.indexOf(':')) {
            if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = entry.substring(0, colon);
        }
        if (name.startsWith("*.")) {
            name = name.substring(1);
        }
        if (isAddress(name)) {
            return isAddress(host) && address(name).equals(address(host));
        }
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    }

    private static boolean isInRange(String range, String host) {
        String[] parts = range.split("/", 2);
        if (!isAddress(parts[0]) || !parts[1].matches("\\d{1,3}")) {
            return false;
        }
        byte[] network = address(parts[0]).getAddress();
        byte[] candidate = address(host).getAddress();
        int bits = Integer.parseInt(parts[1]);
        if (network.length != candidate.length || bits > network.length * 8) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> i % 8;
            if ((network[i / 8] & mask) != (candidate[i / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text is an address; only then may it be given to {@link #address}, which would look a name up. */
    private static boolean isAddress(String text) {
        return text.matches("\\d{1,3}(\\.\\d{1,3}){3}") || (text.contains(":") && text.matches("[0-9a-f:.]+"));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + text, e);
        }
    }
}
