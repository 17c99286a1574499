package io.neco.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests, each with a deadline; made by {@link HttpClients}. Redirects of GET and HEAD are followed up to ten times, never
 * from https to http, and neither the token nor a request's own authorization goes to a host it is not meant for. Thread-safe; costs nothing until the first request.
 */
public final class WebClient implements Sender, AutoCloseable {
    private static final int MOST_REDIRECTS = 10;
    /** How the JDK tells of a proxy's refusal, all but 407, for which it makes an answer without a body. */
    private static final Pattern NO_TUNNEL = Pattern.compile("Tunnel failed, got: (\\d{3})");

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /** Which header a host gets. */
    @FunctionalInterface
    interface Authorization {
        Optional<String> headerFor(URI uri);
    }

    private final ClientThreads.Maker maker;
    private final Authorization authorization;
    private final ProxyChoice proxies;
    private final Supplier<BlockingClient> blockingMaker;
    private @Nullable ClientThreads threads;
    private @Nullable BlockingClient blocking;
    private boolean isClosed;

    /**
     * A client.
     *
     * @param proxies what the client made asks for a proxy; its proxies get their password at once, as Go's client does it
     * @param blocking makes the client for uploads
     */
    WebClient(
            ClientThreads.Maker maker,
            Authorization authorization,
            ProxyChoice proxies,
            Supplier<BlockingClient> blocking) {
        this.maker = maker;
        this.authorization = authorization;
        this.proxies = proxies;
        this.blockingMaker = blocking;
    }

    /**
     * Fetches a text.
     *
     * @param deadline for the whole answer
     * @throws HttpStatusException when the status is not 2xx
     * @throws IOException when there is no answer; the message names the request and the proxy, if any
     */
    public String getText(URI uri, Map<String, String> headers, Duration deadline)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        headers.forEach(request::header);
        HttpResponse<String> answer = send(request.build(), BodyHandlers.ofString(), deadline);
        if (answer.statusCode() / 100 != 2) {
            throw new HttpStatusException("GET " + shown(uri), answer.statusCode(), answer.body());
        }
        return answer.body();
    }

    /** As {@link #send(HttpRequest, BodyHandler, Duration, String)}, shown by method and address without query. */
    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration deadline)
            throws IOException, InterruptedException {
        return send(request, handler, deadline, request.method() + " " + shown(request.uri()));
    }

    /**
     * Sends a request and waits for the answer, whatever its status.
     *
     * @param handler what to do with the body
     * @param deadline until the handler's result is there, over all redirects
     * @param shown how messages name the request, for addresses that are secrets
     * @throws HttpTimeoutException when the deadline passes
     * @throws IOException when there is no answer; its cause is a {@link TunnelRefusedException} where the proxy refuses
     * @throws InterruptedException when the thread is interrupted; the request is cancelled
     */
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration deadline, String shown)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        HttpRequest current = request;
        for (int hops = 0; ; hops++) {
            HttpResponse<Optional<T>> answer =
                    exchange(authorized(current, authorization), handler, end, deadline, shown);
            Optional<T> body = answer.body();
            if (body.isPresent()) {
                return new Answer<>(answer, body.get());
            }
            if (hops == MOST_REDIRECTS) {
                throw new IOException(shown + ": stopped after " + MOST_REDIRECTS + " redirects");
            }
            current = redirected(current, answer, shown);
        }
    }

    /**
     * As {@link BlockingClient#upload}.
     *
     * @param request method, address and headers; its body is replaced
     * @param body the body
     */
    public HttpResponse<byte[]> upload(HttpRequest request, Upload body, Duration stall, Duration deadline)
            throws IOException, InterruptedException {
        return blocking().upload(authorized(request, authorization), body, stall, deadline);
    }

    /** The request with what its server gets to see. */
    static HttpRequest authorized(HttpRequest request, Authorization authorization) {
        return with("Authorization", authorization.headerFor(request.uri()), request);
    }

    private static HttpRequest with(String name, Optional<String> value, HttpRequest request) {
        if (value.isEmpty()) {
            return request;
        }
        HttpRequest.Builder copy = copy(request, any -> true).uri(request.uri());
        try {
            return copy.setHeader(name, value.get()).build();
        } catch (IllegalArgumentException e) {
            // the JDK's message has the value, and so has every cause that is kept
            throw new IllegalArgumentException("the header " + name + " for " + shown(request.uri())
                    + " cannot be sent: its value (a secret, not shown) has a character that no header may have");
        }
    }

    /**
     * The request with what the proxy gets to see, if there is one. The JDK's client tells proxies only; it could answer them by itself,
     * but would then also make an exception of every answer 401 of a server.
     */
    private HttpRequest forProxy(HttpRequest request, String shown) throws IOException {
        try {
            return with(
                    "Proxy-Authorization",
                    proxies.proxyFor(request.uri()).flatMap(ProxySetting::authorization),
                    request);
        } catch (IllegalArgumentException e) {
            throw new IOException(shown + ": " + e.getMessage(), e);
        }
    }

    /** Whether the answer says where else to ask. */
    static boolean isRedirect(HttpResponse<?> answer) {
        return REDIRECTS.contains(answer.statusCode())
                && answer.headers().firstValue("Location").isPresent();
    }

    /** The request that follows a redirect. */
    static HttpRequest redirected(HttpRequest request, HttpResponse<?> answer, String shown) throws IOException {
        String location = answer.headers().firstValue("Location").orElse("");
        URI target;
        try {
            target = request.uri().resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException(shown + ": redirected to something that is no address: " + location, e);
        }
        if (target.getHost() == null
                || !("http".equalsIgnoreCase(target.getScheme()) || "https".equalsIgnoreCase(target.getScheme()))) {
            throw new IOException(shown + ": redirected to something that is no web address: " + shown(target));
        }
        if (isEncrypted(request.uri()) && !isEncrypted(target)) {
            throw new IOException(shown + ": refused to follow a redirect from https to " + shown(target));
        }
        boolean staysThere = isSameServer(request.uri(), target);
        return copy(request, name -> staysThere || !name.equalsIgnoreCase("Authorization"))
                .uri(target)
                .build();
    }

    /** Whether the server is spoken to by https. */
    static boolean isEncrypted(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /** Whether two addresses are of one server, to which the same secrets may be shown. */
    public static boolean isSameServer(URI a, URI b) {
        return String.valueOf(a.getScheme()).equalsIgnoreCase(b.getScheme())
                && String.valueOf(a.getHost()).equalsIgnoreCase(b.getHost())
                && a.getPort() == b.getPort();
    }

    private static HttpRequest.Builder copy(HttpRequest request, Predicate<String> keeps) {
        HttpRequest.Builder copy = HttpRequest.newBuilder();
        request.headers().map().forEach((name, values) -> {
            if (keeps.test(name)) {
                values.forEach(value -> copy.header(name, value));
            }
        });
        copy.expectContinue(request.expectContinue());
        copy.method(request.method(), request.bodyPublisher().orElseGet(HttpRequest.BodyPublishers::noBody));
        return copy;
    }

    private <T> HttpResponse<Optional<T>> exchange(
            HttpRequest request, BodyHandler<T> handler, long end, Duration deadline, String shown)
            throws IOException, InterruptedException {
        boolean follows = request.method().equals("GET") || request.method().equals("HEAD");
        BodyHandler<Optional<T>> unlessRedirected = info -> follows
                        && REDIRECTS.contains(info.statusCode())
                        && info.headers().firstValue("Location").isPresent()
                ? BodySubscribers.replacing(Optional.empty())
                : BodySubscribers.mapping(handler.apply(info), Optional::of);
        String told = shown + proxies.route(request.uri());
        CompletableFuture<HttpResponse<Optional<T>>> pending =
                client().sendAsync(forProxy(request, shown), unlessRedirected);
        try {
            HttpResponse<Optional<T>> answer = pending.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (answer.body() == null) {
                throw refused(told, answer.statusCode());
            }
            return answer;
        } catch (TimeoutException e) {
            throw new HttpTimeoutException(told + ": no answer within " + deadline.toMillis() + " ms");
        } catch (ExecutionException e) {
            String reason = reason(e);
            Matcher tunnel = NO_TUNNEL.matcher(reason);
            if (tunnel.matches()) {
                throw refused(told, Integer.parseInt(tunnel.group(1)));
            }
            throw new IOException(told + ": " + reason, e.getCause());
        } catch (CancellationException e) {
            throw new IOException(told + ": cancelled", e);
        } finally {
            pending.cancel(true);
        }
    }

    private static IOException refused(String shown, int status) {
        TunnelRefusedException refusal = new TunnelRefusedException(status);
        return new IOException(shown + ": " + refusal.getMessage(), refusal);
    }

    /** What went wrong, in the words of the innermost cause that has some. */
    static String reason(ExecutionException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "unknown host";
            }
            // the JDK's client says no more when a connection is refused
            if (cause instanceof ClosedChannelException && e.getCause() instanceof ConnectException) {
                return "cannot connect";
            }
            if (cause.getMessage() != null
                    && !cause.getMessage().equals(String.valueOf(cause.getCause()))
                    && !cause.getMessage().equals(ConnectException.class.getName())) {
                return cause.getMessage();
            }
        }
        return String.valueOf(e.getCause());
    }

    /** An address as messages may show it: without user, password and query, which may hold secrets. */
    public static String shown(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return uri.getScheme() + "://" + uri.getHost() + port + path;
    }

    private synchronized BlockingClient blocking() throws IOException {
        requireOpen();
        BlockingClient known = blocking;
        if (known == null) {
            known = blockingMaker.get();
            blocking = known;
        }
        return known;
    }

    private void requireOpen() throws IOException {
        if (isClosed) {
            throw new IOException("this HTTP client is closed");
        }
    }

    private synchronized HttpClient client() throws IOException, InterruptedException {
        requireOpen();
        ClientThreads known = threads;
        if (known == null) {
            known = new ClientThreads(maker);
            threads = known;
        }
        return known.client();
    }

    /** Cancels what is under way and ends the client's threads. */
    @Override
    public synchronized void close() {
        isClosed = true;
        ClientThreads known = threads;
        threads = null;
        if (known != null) {
            known.close();
        }
        if (blocking != null) {
            blocking.close();
        }
    }
}
