package io.neco.worker.step;

import io.neco.http.WebClient;
import java.util.Optional;

/** Where steps fetch contents from, and where they bring them: HTTP to the world outside and to the services of this host. */
public interface ContentsSources {

    /**
     * A client for the world outside; whoever asks closes it.
     *
     * @param proxy the value of {@code config/proxy}; empty: the environment decides
     * @throws IllegalArgumentException when the proxy is not an address; the message names it
     */
    WebClient proxied(Optional<String> proxy);

    /** The client for services of this host; it lives as long as the worker. */
    WebClient local();
}
