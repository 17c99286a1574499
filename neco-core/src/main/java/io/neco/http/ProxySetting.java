package io.neco.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
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

    /**
     * Reads an address such as {@code http://10.0.0.1:3128}.
     *
     * @param source where it comes from, for messages
     * @throws IllegalArgumentException when it is none; the message names source and address, without a password
     */
    static ProxySetting parse(String address, String source) {
        try {
            URI uri = new URI(address.strip());
            if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
                int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
                return new ProxySetting(
                        uri.getHost().replaceAll("[\\[\\]]", ""), port, Optional.ofNullable(uri.getUserInfo()));
            }
        } catch (java.net.URISyntaxException e) {
            // told below
        }
        throw new IllegalArgumentException("the proxy \"" + address.replaceAll("//[^/@]*@", "//…@") + "\" of " + source
                + " must be an address such as http://10.0.0.1:3128");
    }

    Proxy proxy() {
        return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(host, port));
    }

    /** Sends every request to the proxy, local addresses as well. */
    ProxySelector forEverything() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(proxy());
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException error) {
                // the request fails and tells
            }
        };
    }
}
