package io.neco.worker.step;

import java.util.Optional;

/** Asks a service of this host over HTTP whether it is up. */
@FunctionalInterface
public interface HttpProbe {
    /**
     * Asks once. Any answer will do, whatever its status.
     *
     * @param address e.g. {@code http://127.0.0.1:10080}
     * @return why there was no answer; empty: there was one
     */
    Optional<String> silence(String address);
}
