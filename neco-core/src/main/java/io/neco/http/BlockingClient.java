package io.neco.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Downloads and uploads big files over blocking sockets. The JDK's client hands every piece of an encrypted body through several threads
 * and buffers, which costs a JVM that has just started two to five times the processor time; that counts when all servers of a cluster fetch
 * the same package at once. Made by {@link HttpClients#streaming}; one thread for each request, until its body has ended. Nothing is repeated
 * here, and no connection is used twice.
 */
public final class BlockingClient implements Sender, AutoCloseable {
    private static final int PIECE = 65_536;
    private static final int MOST_REDIRECTS = 10;
    private static final int MOST_ANSWER = 1 << 20;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final CloseableHttpClient client;
    private final WebClient.Authorization authorization;
    private final ProxyChoice proxies;

    /**
     * A client.
     *
     * @param client follows no redirects and repeats nothing by itself
     * @param authorization which server gets what
     * @param proxies what the client asks for a proxy
     */
    BlockingClient(CloseableHttpClient client, WebClient.Authorization authorization, ProxyChoice proxies) {
        this.client = client;
        this.authorization = authorization;
        this.proxies = proxies;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration deadline)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        HttpRequest current = request;
        for (int hops = 0; ; hops++) {
            Exchange<T> exchange = new Exchange<>(WebClient.authorized(current, authorization), handler);
            String shown = "GET " + WebClient.shown(request.uri()) + proxies.route(current.uri());
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

    /**
     * Sends a request with a body that may be large, and waits for the answer, whatever its status. An answer that comes before the end
     * of the body ends the sending. Redirects are not followed.
     *
     * @param request method, address and headers, and whether the server is asked before the body is sent
     * @param stall how long to wait when nothing can be sent any more, and for the answer after the end of the body
     * @param deadline until the answer is there
     * @return the answer, its body cut off after 1 MiB
     * @throws HttpTimeoutException when one of the two passes; the message tells how much was sent
     * @throws InterruptedException when the thread is interrupted; the request is cancelled
     */
    HttpResponse<byte[]> upload(HttpRequest request, Upload body, Duration stall, Duration deadline)
            throws IOException, InterruptedException {
        String shown = request.method() + " " + WebClient.shown(request.uri()) + proxies.route(request.uri());
        return new Sending(request, body).await(stall, deadline, shown);
    }

    /** Cancels what is under way. */
    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }

    /** One upload: its thread sends the body and reads the answer, the caller's looks after it. */
    private final class Sending {
        private final HttpRequest request;
        private final Upload body;
        private final HttpUriRequestBase sent;
        private final CompletableFuture<HttpResponse<byte[]>> answer = new CompletableFuture<>();

        Sending(HttpRequest request, Upload body) {
            this.request = request;
            this.body = body;
            this.sent = new HttpUriRequestBase(request.method(), request.uri());
            request.headers().map().forEach((name, values) -> values.forEach(value -> sent.addHeader(name, value)));
            sent.setEntity(new Body(body));
            sent.setConfig(RequestConfig.custom()
                    .setExpectContinueEnabled(request.expectContinue())
                    .setResponseTimeout(Timeout.DISABLED) // the caller's thread waits no longer than it wants
                    .setProtocolUpgradeEnabled(false)
                    .build());
            Thread thread = new Thread(this::run, "upload-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            try {
                answer.complete(execute(
                        sent,
                        response -> new Head<>(request, response.getCode(), headers(response), content(response))));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }

        private static byte[] content(ClassicHttpResponse response) throws IOException {
            byte[] content =
                    response.getEntity() == null ? null : EntityUtils.toByteArray(response.getEntity(), MOST_ANSWER);
            return content == null ? new byte[0] : content;
        }

        HttpResponse<byte[]> await(Duration stall, Duration deadline, String shown)
                throws IOException, InterruptedException {
            long end = System.nanoTime() + deadline.toNanos();
            try {
                while (true) {
                    long now = System.nanoTime();
                    long stalled = body.lastProgress() + stall.toNanos();
                    if (now - end >= 0) {
                        throw new HttpTimeoutException(shown + ": no answer within " + deadline.toMillis() + " ms");
                    }
                    if (now - stalled >= 0) {
                        throw new HttpTimeoutException(shown + ": " + standstill(stall));
                    }
                    try {
                        return answer.get(Math.min(end - now, stalled - now), TimeUnit.NANOSECONDS);
                    } catch (TimeoutException e) {
                        // something may have been sent meanwhile
                    }
                }
            } catch (ExecutionException e) {
                throw new IOException(shown + ": " + WebClient.reason(e), e.getCause());
            } finally {
                // also after the answer: a connection that is used again may turn out to be closed when the body is on
                // its way
                sent.cancel();
            }
        }

        private String standstill(Duration stall) {
            return body.sent() == body.length()
                    ? "no answer for " + stall.toSeconds() + " s after all " + body.sent() + " bytes were sent"
                    : "nothing could be sent for " + stall.toSeconds() + " s after " + body.sent() + " of "
                            + body.length() + " bytes";
        }
    }

    private static final class Body extends AbstractHttpEntity {
        private final Upload upload;

        Body(Upload upload) {
            super((ContentType) null, null);
            this.upload = upload;
        }

        @Override
        public long getContentLength() {
            return upload.length();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            upload.writeTo(out);
        }

        @Override
        public InputStream getContent() {
            throw new UnsupportedOperationException("it is written only");
        }

        @Override
        public boolean isStreaming() {
            return true;
        }

        @Override
        public void close() {
            // its files are open only while they are written
        }
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
                execute(get, response -> {
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
            while (isWanted()) {
                byte[] piece = new byte[PIECE]; // the subscriber may keep it
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

    /**
     * Sends a request, and hands the server's answer on, never a proxy's: the library has no difference between the two, but without a
     * session of TLS no answer can have come from a server that speaks https.
     */
    private <T> T execute(HttpUriRequestBase request, HttpClientResponseHandler<T> handler) throws IOException {
        HttpClientContext context = HttpClientContext.create();
        boolean isEncrypted = "https".equalsIgnoreCase(request.getScheme());
        return client.execute(request, context, response -> {
            if (isEncrypted && context.getSSLSession() == null) {
                request.cancel();
                throw new TunnelRefusedException(response.getCode());
            }
            return handler.handleResponse(response);
        });
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
