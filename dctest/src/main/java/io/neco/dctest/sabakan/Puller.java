package io.neco.dctest.sabakan;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Gets files from other servers, from whichever of them answers first when asked in random order. */
final class Puller {
    private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(20).toMillis();

    private final String ownUrl;
    private final Consumer<String> log;

    Puller(String ownUrl, Consumer<String> log) {
        this.ownUrl = ownUrl;
        this.log = log;
    }

    /** Takes a file in. */
    interface Taker {
        /**
         * Reads the body to its end.
         *
         * @param header values of the answer's headers by name, empty when absent
         * @return false if it was not the expected file
         */
        boolean take(UnaryOperator<String> header, InputStream body) throws IOException, ApiException;
    }

    /** Returns whether some source gave the file. */
    boolean pull(String what, List<String> urls, Taker taker) throws InterruptedException {
        List<String> sources = new ArrayList<>(urls);
        sources.removeIf(url -> url.startsWith(ownUrl + "/"));
        Collections.shuffle(sources);
        for (String source : sources) {
            if (Thread.interrupted()) {
                throw new InterruptedException("told to end");
            }
            try {
                HttpURLConnection connection =
                        (HttpURLConnection) URI.create(source).toURL().openConnection(java.net.Proxy.NO_PROXY);
                connection.setConnectTimeout(TIMEOUT_MILLIS);
                connection.setReadTimeout(TIMEOUT_MILLIS);
                connection.setInstanceFollowRedirects(false);
                if (connection.getResponseCode() != 200) {
                    log.accept("pulling " + what + " from " + source + ": status " + connection.getResponseCode());
                    continue;
                }
                try (InputStream body = connection.getInputStream()) {
                    if (taker.take(
                            name -> {
                                String value = connection.getHeaderField(name);
                                return value == null ? "" : value;
                            },
                            body)) {
                        log.accept("pulled " + what + " from " + source);
                        return true;
                    }
                }
            } catch (IOException | ApiException e) {
                log.accept("pulling " + what + " from " + source + " failed: " + e.getMessage());
            }
        }
        return false;
    }
}
