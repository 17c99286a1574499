package io.neco.statesetter;

import io.neco.http.HttpStatusException;
import io.neco.http.WebClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Fetches the metrics a machine exports; what is not needed of them never is in memory. */
final class Scraper {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int PORT = 9105;

    private final WebClient web;

    /** @param web a client that uses no proxy; whoever gave it closes it */
    Scraper(WebClient web) {
        this.web = web;
    }

    /** Where a machine's hardware monitor answers. */
    static URI target(String address) {
        return URI.create(
                "http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + PORT + "/metrics");
    }

    /**
     * The families of those names, as far as the machine exports them.
     *
     * @throws IOException when it does not answer within ten seconds, or not with metrics
     */
    Map<String, MetricFamily> fetch(URI target, Set<String> names) throws IOException, InterruptedException {
        Lines lines = new Lines(new Exposition(names));
        HttpResponse<Lines> answer = web.send(
                HttpRequest.newBuilder(target)
                        .header("Accept", "text/plain;version=0.0.4")
                        .build(),
                head -> BodySubscribers.fromLineSubscriber(lines, taken -> taken, StandardCharsets.UTF_8, null),
                DEADLINE);
        if (answer.statusCode() / 100 != 2) {
            throw new HttpStatusException("GET " + target, answer.statusCode(), "");
        }
        IllegalArgumentException wrong = answer.body().wrong;
        if (wrong != null) {
            throw new IOException("GET " + target + ": " + wrong.getMessage(), wrong);
        }
        return answer.body().exposition.families();
    }

    /** Takes the lines of an answer; after a wrong one it lets the others pass. */
    private static final class Lines implements Flow.Subscriber<String> {
        private final Exposition exposition;
        private volatile @Nullable IllegalArgumentException wrong;

        Lines(Exposition exposition) {
            this.exposition = exposition;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            if (wrong == null) {
                try {
                    exposition.line(line);
                } catch (IllegalArgumentException e) {
                    wrong = e;
                }
            }
        }

        @Override
        public void onError(Throwable error) {
            // the request fails with it
        }

        @Override
        public void onComplete() {
            // the answer tells
        }
    }
}
