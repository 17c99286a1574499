package io.neco.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Proxies by {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY} (or lower case), as Go's default client reads them; source:
 * pkg.go.dev/golang.org/x/net/http/httpproxy.
 */
final class EnvironmentProxy extends ProxyChoice {
    private static final String FOR_HTTP = "HTTP_PROXY";
    private static final String FOR_HTTPS = "HTTPS_PROXY";
    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[(?<v6>[^\\]]+)]|(?<host>[^:]+)):(?<port>[^:]*)");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern LIKE_IPV6 = Pattern.compile("(?=.*:)[0-9a-f:.]+");

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
        Optional<InetAddress> address = address(host);
        if (host.equals("localhost")
                || address.filter(InetAddress::isLoopbackAddress).isPresent()) {
            return true;
        }
        int port = uri.getPort() < 0 ? ("https".equals(uri.getScheme()) ? 443 : 80) : uri.getPort();
        return Arrays.stream(value("NO_PROXY").split(","))
                .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                .filter(entry -> !entry.isEmpty())
                .anyMatch(entry -> matches(entry, host, address, port));
    }

    private static boolean matches(String entry, String host, Optional<InetAddress> address, int port) {
        if (entry.equals("*")) {
            return true;
        }
        if (entry.contains("/")) {
            return address.isPresent() && isInRange(entry, address.get());
        }
        String name = entry;
        Matcher withPort = WITH_PORT.matcher(entry);
        if (withPort.matches()) {
            if (!withPort.group("port").equals(Integer.toString(port))) {
                return false;
            }
            name = withPort.group("v6") == null ? withPort.group("host") : withPort.group("v6");
        }
        if (name.startsWith("*.")) {
            name = name.substring(1);
        }
        Optional<InetAddress> meant = address(name);
        if (meant.isPresent()) {
            return meant.equals(address);
        }
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    }

    private static boolean isInRange(String range, InetAddress address) {
        String[] parts = range.split("/", 2);
        Optional<InetAddress> first = address(parts[0]);
        if (first.isEmpty() || !parts[1].matches("\\d{1,3}")) {
            return false;
        }
        byte[] network = first.get().getAddress();
        byte[] candidate = address.getAddress();
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

    /** The address that a text is; empty: it is something else, such as a name, which is not looked up. */
    private static Optional<InetAddress> address(String text) {
        try {
            return IPV4.matcher(text).matches() || LIKE_IPV6.matcher(text).matches()
                    ? Optional.of(InetAddress.getByName(text))
                    : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty(); // only looks like one
        }
    }
}
