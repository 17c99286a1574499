package io.neco.worker;

import io.neco.worker.step.HttpProbe;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Asks by the oldest of Java's HTTP clients, which takes the fewest classes: one question does not merit more. */
final class LocalHttpProbe implements HttpProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    @Override
    public Optional<String> silence(String address) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(address).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) TIMEOUT.toMillis());
            connection.setReadTimeout((int) TIMEOUT.toMillis());
            connection.setInstanceFollowRedirects(false);
            try {
                int status = connection.getResponseCode();
                return status > 0 ? Optional.empty() : Optional.of(address + " does not speak HTTP");
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return Optional.of(address + " does not answer: " + e.getMessage());
        }
    }
}
