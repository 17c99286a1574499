package io.neco.worker.step;

import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import java.util.Optional;

/** The sources of a real boot server. */
public final class HttpSources implements ContentsSources, AutoCloseable {
    private final HttpClients clients;
    private final WebClient local;

    /** @param clients makes HTTP clients */
    public HttpSources(HttpClients clients) {
        this.clients = clients;
        this.local = clients.local();
    }

    @Override
    public WebClient proxied(Optional<String> proxy) {
        return clients.proxied(proxy);
    }

    @Override
    public WebClient local() {
        return local;
    }

    @Override
    public void close() {
        local.close();
    }
}
