package io.neco.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSession;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;

/**
 * Sends GET requests for big files over blocking sockets. The JDK's client hands every piece of an encrypted body through several threads
 * and buffers, which costs a JVM that has just started two to five times the processor time; that counts when all servers of a cluster fetch
 * the same package at once. Made by {@link HttpClients#streaming}; one thread for each request, until its body has ended.
 */
public final class BlockingClient implements Sender, AutoCloseable {
    private static final int PIECE = 65_536;
    private static final int MOST_REDIRECTS = 10;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final CloseableHttpClient client;
    private final WebClient.Authorization authorization;
    private final String route;

    /**
     * A client.
     *
     * @param client follows no redirects and repeats nothing by itself
     * @param authorization which server gets what
     * @param route how messages name the proxy; empty: none
     */
    BlockingClient(CloseableHttpClient client, WebClient.Authorization authorization, String route) {
        this.client = client;
        this.authorization = authorization;
        this.route = route;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration deadline)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        HttpRequest current = request;
        for (int hops = 0; ; hops++) {
            Exchange<T> exchange = new Exchange<>(WebClient.authorized(current, authorization), handler);
            String shown = "GET " + WebClient.shown(request.uri()) + route;
            HttpResponse<T> answer = exchange.await(end - System.nanoTime(), deadline, shown);
            if (!WebClient.isRedirect(answer)) {
                return answer;
            }
            exchange.cancel();
            if (hops == MOST_REDIRECTS) {
                throw new IOException(shown + ": stopped after " + MOST_REDIRECTS + " redirects");
            }
            current = WebClient.redirected(current, answer, shown);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /** One request; its thread first gets the headers, then reads a piece of the body each time one is asked for. */
    private final class Exchange<T> implements Flow.Subscription {
        private final HttpRequest request;
        private final BodyHandler<T> handler;
        private final HttpGet get;
        private final CompletableFuture<HttpResponse<T>> head = new CompletableFuture<>();
        private long demand;
        private boolean isCancelled;

        Exchange(HttpRequest request, BodyHandler<T> handler) {
            this.request = request;
            this.handler = handler;
            this.get = new HttpGet(request.uri());
            request.headers().map().forEach((name, values) -> values.forEach(value -> get.addHeader(name, value)));
            Thread thread = new Thread(this::run, "download-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            thread.start();
        }

        HttpResponse<T> await(long nanos, Duration deadline, String shown) throws IOException, InterruptedException {
            boolean isAnswered = false;
            try {
                HttpResponse<T> answer = head.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
                isAnswered = true;
                return answer;
            } catch (TimeoutException e) {
                throw new HttpTimeoutException(shown + ": no answer within " + deadline.toMillis() + " ms");
            } catch (ExecutionException e) {
                throw new IOException(shown + ": " + WebClient.reason(e), e.getCause());
            } finally {
                if (!isAnswered) {
                    cancel();
                }
            }
        }

        private void run() {
            AtomicReference<@Nullable BodySubscriber<T>> body = new AtomicReference<>();
            try {
                client.execute(get, response -> {
                    HttpHeaders headers = headers(response);
                    BodySubscriber<T> subscriber = handler.apply(new Info(response.getCode(), headers));
                    body.set(subscriber);
                    subscriber.onSubscribe(this);
                    subscriber.getBody().whenComplete((result, failure) -> {
                        if (failure == null) {
                            head.complete(new Head<>(request, response.getCode(), headers, result));
                        } else {
                            head.completeExceptionally(failure);
                        }
                    });
                    // a body that is dropped ends the connection, too, instead of being read to its end
                    try (InputStream in = response.getEntity() == null
                            ? InputStream.nullInputStream()
                            : response.getEntity().getContent()) {
                        read(in, subscriber);
                    } finally {
                        get.cancel();
                    }
                    return null;
                });
            } catch (IOException | RuntimeException e) {
                BodySubscriber<T> subscriber = body.get();
                Exception failure = e instanceof SocketTimeoutException ? new HttpTimeoutException(e.getMessage()) : e;
                if (subscriber != null) {
                    subscriber.onError(failure);
                }
                head.completeExceptionally(failure);
            }
        }

        private void read(InputStream in, BodySubscriber<T> subscriber) throws IOException {
            byte[] piece = new byte[PIECE];
            while (isWanted()) {
                int length = in.read(piece);
                if (length < 0) {
                    subscriber.onComplete();
                    return;
                }
                subscriber.onNext(List.of(ByteBuffer.wrap(piece, 0, length)));
            }
        }

        /** Waits until a piece is asked for, or none will be. */
        private synchronized boolean isWanted() throws IOException {
            try {
                while (demand == 0 && !isCancelled) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
            demand--;
            return !isCancelled;
        }

        @Override
        public synchronized void request(long pieces) {
            demand = demand + pieces < 0 ? Long.MAX_VALUE : demand + pieces;
            notifyAll();
        }

        @Override
        public void cancel() {
            synchronized (this) {
                isCancelled = true;
                notifyAll();
            }
            get.cancel();
        }
    }

    private static HttpHeaders headers(ClassicHttpResponse response) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : response.getHeaders()) {
            headers.computeIfAbsent(header.getName(), name -> new ArrayList<>()).add(header.getValue());
        }
        return HttpHeaders.of(headers, (name, value) -> true);
    }

    private record Info(int statusCode, HttpHeaders headers) implements HttpResponse.ResponseInfo {
        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }

    private record Head<T>(HttpRequest request, int statusCode, HttpHeaders headers, T body)
            implements HttpResponse<T> {
        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
