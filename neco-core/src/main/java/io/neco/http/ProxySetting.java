package io.neco.http;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * An HTTP proxy given by its address.
 *
 * @param host its host
 * @param port its port
 * @param credentials {@code user:password} when the address has one
 */
record ProxySetting(String host, int port, Optional<String> credentials) {
    private static final int DEFAULT_PORT = 80;
    private static final int LAST_PORT = 65_535;

    /**
     * Reads an address such as {@code http://10.0.0.1:3128}.
     *
     * @param source where it comes from, for messages
     * @throws IllegalArgumentException when it is none; the message names source and address, without a password
     */
    static ProxySetting parse(String address, String source) {
        try {
            URI uri = new URI(address.strip());
            if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null && uri.getPort() <= LAST_PORT) {
                int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
                return new ProxySetting(
                        uri.getHost().replaceAll("[\\[\\]]", ""), port, Optional.ofNullable(uri.getUserInfo()));
            }
        } catch (java.net.URISyntaxException e) {
            // told below
        }
        throw new IllegalArgumentException("the proxy \"" + shown(address) + "\" of " + source
                + " must be an address such as http://10.0.0.1:3128; https and socks5 proxies cannot be used");
    }

    /** The text without all that may belong to a password, however little it looks like an address. */
    static String shown(String address) {
        return address.replaceFirst("^(\\w[\\w+.-]*://)?.*@", "$1…@");
    }

    Proxy proxy() {
        return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(host, port));
    }

    String user() {
        return credentials.orElse("").split(":", 2)[0];
    }

    String password() {
        String[] parts = credentials.orElse("").split(":", 2);
        return parts.length > 1 ? parts[1] : "";
    }

    /** What the header {@code Proxy-Authorization} tells the proxy. */
    Optional<String> authorization() {
        return credentials.map(c -> "Basic "
                + Base64.getEncoder().encodeToString((user() + ":" + password()).getBytes(StandardCharsets.UTF_8)));
    }
}
