package io.neco.http;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Which proxy a request goes through, in the form that both HTTP clients ask for. */
abstract class ProxyChoice extends ProxySelector {
    /** No request goes through a proxy. */
    static final ProxyChoice NONE = always(Optional.empty());

    /** Every request goes through the proxy, to local addresses as well. */
    static ProxyChoice everything(ProxySetting proxy) {
        return always(Optional.of(proxy));
    }

    private static ProxyChoice always(Optional<ProxySetting> proxy) {
        return new ProxyChoice() {
            @Override
            Optional<ProxySetting> proxyFor(URI uri) {
                return proxy;
            }

            @Override
            List<ProxySetting> all() {
                return proxy.stream().toList();
            }
        };
    }

    /**
     * The proxy for a request; empty: none.
     *
     * @throws IllegalArgumentException when there should be one whose address is wrong; the message names it
     */
    abstract Optional<ProxySetting> proxyFor(URI uri);

    /** How messages name the proxy for a request, after what was asked; empty: there is none. */
    final String route(URI uri) {
        try {
            return proxyFor(uri)
                    .map(proxy -> " (through the proxy " + proxy.host() + ":" + proxy.port() + ")")
                    .orElse("");
        } catch (IllegalArgumentException e) {
            return ""; // told by the request
        }
    }

    /** All proxies there may be, but for those whose address is wrong. */
    abstract List<ProxySetting> all();

    @Override
    public final List<Proxy> select(URI uri) {
        return List.of(proxyFor(uri).map(ProxySetting::proxy).orElse(Proxy.NO_PROXY));
    }

    @Override
    public final void connectFailed(URI uri, SocketAddress address, IOException error) {
        // the request fails and tells
    }
}
