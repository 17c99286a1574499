package io.neco.dctest.internet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves several host names from one address: which site answers depends on the name the client asked for. It speaks plain HTTP; a server
 * that stands before it, on the same host, does TLS and names the client in {@value #CLIENT}.
 */
public final class InternetServer implements AutoCloseable {
    private static final int THREADS = 16;
    private static final String CLIENT = "X-Real-IP";

    private final Map<String, Site> sites;
    private final PrintStream log;
    private final HttpServer server;
    private final ExecutorService threads;

    /**
     * Starts serving.
     *
     * @param address where to listen; port 0 takes a free one
     * @param sites the sites by host name
     * @param log where one line per request goes
     * @throws IOException if the address cannot be listened on
     */
    public InternetServer(InetSocketAddress address, Map<String, Site> sites, PrintStream log) throws IOException {
        this.sites = Map.copyOf(sites);
        this.log = log;
        server = HttpServer.create(address, 0);
        var number = new AtomicInteger();
        threads = Executors.newFixedThreadPool(THREADS, task -> new Thread(task, "http-" + number.incrementAndGet()));
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * The sites of the lab's Internet.
     *
     * @param state directory with {@code releases/} and {@code faults.properties}, both optional
     * @param scheme {@code https} behind a server that does TLS, or {@code http} in tests: how addresses in the answers start
     */
    public static Map<String, Site> sites(Path state, Clock clock, String scheme) {
        var faults = new Faults(state.resolve("faults.properties"));
        var store = new ReleaseStore(state.resolve("releases"));
        var downloads = new Downloads(store, faults, scheme);
        var flatcar = new FlatcarMirror(faults);
        var sites = new HashMap<String, Site>();
        sites.put("api.github.com", new GitHubApi(store, faults, clock, scheme));
        sites.put(Downloads.WEB_HOST, downloads);
        sites.put(Downloads.OBJECTS_HOST, downloads);
        for (var channel : new String[] {"stable", "beta", "alpha", "lts"}) {
            sites.put(channel + ".release.flatcar-linux.net", flatcar);
        }
        return sites;
    }

    /** The port that is listened on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) {
        var request = request(exchange);
        Reply reply;
        try {
            var site = sites.get(request.host());
            reply = site == null
                    ? Reply.text(421, "the lab's Internet has no host " + request.host() + "\n")
                    : site.answer(request);
        } catch (IOException | RuntimeException e) {
            reply = Reply.text(500, "the lab's Internet failed: " + e + "\n");
        }
        var outcome = "";
        try (exchange) {
            reply.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            long length = reply.content().length();
            if (request.method().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
            }
            boolean noBody = request.method().equals("HEAD") || reply.status() == 304 || length == 0;
            exchange.sendResponseHeaders(reply.status(), noBody ? -1 : length);
            if (!noBody) {
                reply.content().writeTo(exchange.getResponseBody());
            }
        } catch (IOException e) {
            outcome = " (" + e.getMessage() + ")";
        }
        log.println(request.client() + " " + request.method() + " " + request.host() + exchange.getRequestURI() + " "
                + request.header("Range").map(r -> r + " ").orElse("") + "-> " + reply.status() + " "
                + reply.content().length() + outcome);
    }

    private static Request request(HttpExchange exchange) {
        var headers = new HashMap<String, String>();
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!values.isEmpty()) {
                headers.put(name.toLowerCase(Locale.ROOT), values.get(0));
            }
        });
        var query = new LinkedHashMap<String, String>();
        var raw = exchange.getRequestURI().getRawQuery();
        for (var pair : (raw == null ? "" : raw).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        var host = headers.getOrDefault("host", "").toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
        return new Request(
                host,
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                query,
                headers,
                client(exchange));
    }

    private static String client(HttpExchange exchange) {
        var remote = exchange.getRemoteAddress().getAddress();
        var named = exchange.getRequestHeaders().getFirst(CLIENT);
        return named != null && remote.isLoopbackAddress() ? named : remote.getHostAddress();
    }

    /** Stops listening and drops what is under way. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
