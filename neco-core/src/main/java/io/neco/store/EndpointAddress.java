package io.neco.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where one etcd member answers clients.
 *
 * @param url as configured
 * @param host name or address, IPv6 without brackets
 * @param port TCP port
 * @param scheme whether the URL itself decides about TLS
 */
record EndpointAddress(String url, String host, int port, Scheme scheme) {

    /** What the URL says about TLS. */
    enum Scheme {
        PLAIN,
        TLS,
        /** TLS if certificates are configured. */
        UNSAID
    }

    /**
     * Reads {@code https://10.69.0.3:2379}, {@code http://…} or {@code 127.0.0.1:2379}.
     *
     * @param source where the text comes from, for messages
     */
    static EndpointAddress parse(String url, String source) {
        boolean bare = !url.contains("://");
        try {
            URI uri = new URI(bare ? "unsaid://" + url : url);
            String host = uri.getHost();
            Scheme scheme = switch (uri.getScheme()) {
                case "http" -> Scheme.PLAIN;
                case "https" -> Scheme.TLS;
                case "unsaid" -> Scheme.UNSAID;
                default -> null;
            };
            if (scheme == null || host == null || uri.getPort() == 0 || uri.getPort() > 65535) {
                throw invalid(url, source, null);
            }
            String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return new EndpointAddress(url, name, uri.getPort() < 0 ? 2379 : uri.getPort(), scheme);
        } catch (URISyntaxException e) {
            throw invalid(url, source, e);
        }
    }

    boolean usesTls(boolean certificatesConfigured) {
        return scheme == Scheme.TLS || (scheme == Scheme.UNSAID && certificatesConfigured);
    }

    /** Whether it is an address of this host; names are not looked up. */
    boolean isOfThisHost() {
        boolean isName = host.indexOf(':') < 0 && !host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
        try {
            return !isName && NetworkInterface.getByInetAddress(InetAddress.getByName(host)) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private static EtcdConfigException invalid(
            String url, String source, @org.jspecify.annotations.Nullable Exception cause) {
        String message = source + ": endpoint " + url + " is not a URL such as https://10.69.0.3:2379";
        return cause == null ? new EtcdConfigException(message) : new EtcdConfigException(message, cause);
    }
}
