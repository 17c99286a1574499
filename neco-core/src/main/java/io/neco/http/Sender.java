package io.neco.http;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;

/** Sends requests: a {@link WebClient}, or something that adds to each request what its server wants to see. */
public interface Sender {
    /**
     * Sends a request and waits for the answer, whatever its status.
     *
     * @param handler what to do with the body
     * @param deadline until the handler's result is there
     * @throws IOException when there is no answer; the message names the request and the proxy, if any
     * @throws InterruptedException when the thread is interrupted; the request is cancelled
     */
    <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration deadline)
            throws IOException, InterruptedException;
}
