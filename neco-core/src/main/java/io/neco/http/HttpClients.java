package io.neco.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.auth.CredentialsProviderBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes the clients of Neco's programs; source: ext/http.go at 1eec387.
 *
 * <p>All of them speak HTTP/1.1, connect within 30 seconds and trust what the operating system trusts.
 */
public final class HttpClients {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
    private static final String PROXY_SOURCE = "config/proxy";
    /** The JDK's default of 16 KiB costs four times the processor time when gigabytes are downloaded. */
    private static final String BUFFER_BYTES = "131072";

    /** As in Go's clients. Java keeps them for 20 minutes, longer than many a NAT does, and waits in vain for the answer then. */
    private static final String IDLE_SECONDS = "90";

    static {
        // read once by the JDK, already by its first request or client: all of ours begin here
        setUnlessSet("jdk.httpclient.bufsize", BUFFER_BYTES);
        setUnlessSet("jdk.httpclient.keepalive.timeout", IDLE_SECONDS);
        // by default, a proxy is shown no password when a tunnel for https is asked for
        setUnlessSet("jdk.http.auth.tunneling.disabledSchemes", "");
    }

    private final OsTrustStore trust;
    private final Map<String, String> environment;

    /** Clients of this process: the operating system's trust store and the process' environment. */
    public HttpClients() {
        this(new OsTrustStore(), System.getenv());
    }

    /**
     * Clients with everything given.
     *
     * @param trust certificates to trust
     * @param environment where {@code HTTP_PROXY} and the like are looked up
     */
    public HttpClients(OsTrustStore trust, Map<String, String> environment) {
        this.trust = trust;
        this.environment = Map.copyOf(environment);
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Checks what is to be the proxy of {@link #proxied} and the others.
     *
     * @param source where it comes from, for messages
     * @throws IllegalArgumentException when it cannot be used; the message tells source, address without a password, and what can
     */
    public static void requireProxy(String address, String source) {
        ProxySetting.parse(address, source);
    }

    /** A proxy's address as messages may show it: without user and password. */
    public static String shownProxy(String address) {
        return ProxySetting.shown(address);
    }

    /**
     * The token for {@link #gitHub} in a text that people or tools have stored, without the blanks and line breaks around it.
     *
     * @param source where it comes from, for messages
     * @return empty: there is none, the text is blank
     * @throws IllegalArgumentException when no server would understand it; the message tells the source, but nothing of a secret
     */
    public static Optional<String> token(String text, String source) {
        String token = text.strip();
        if (!token.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new IllegalArgumentException(
                    "the GitHub token of " + source
                            + " (a secret, not shown) has a blank, a line break or another character within it that no token has");
        }
        return Optional.of(token).filter(some -> !some.isEmpty());
    }

    /** What begins a client of the JDK, for who has to have one himself. */
    public static HttpClient.Builder jdk() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
    }

    /**
     * The client for the world outside.
     *
     * @param proxy the value of {@code config/proxy}: used for every request, local ones as well; empty: the environment decides
     * @throws IllegalArgumentException when the proxy is not an address; the message names it
     */
    public WebClient proxied(Optional<String> proxy) {
        return client(proxy, uri -> Optional.empty());
    }

    /** The client for services of this host: never a proxy. */
    public WebClient local() {
        return new WebClient(
                executor -> builder(executor, trust.sslContext())
                        .proxy(ProxyChoice.NONE)
                        .build(),
                uri -> Optional.empty(),
                ProxyChoice.NONE,
                () -> direct(trust.sslContext()));
    }

    /**
     * The client for servers of this data centre that have certificates of their own, such as management controllers: never a proxy.
     *
     * @param accepted decides about the servers' certificates, instead of the operating system's trust store
     */
    public static WebClient direct(X509ExtendedTrustManager accepted) {
        return new WebClient(
                executor -> builder(executor, OsTrustStore.sslContext(new KeyManager[0], accepted))
                        .proxy(ProxyChoice.NONE)
                        .build(),
                uri -> Optional.empty(),
                ProxyChoice.NONE,
                () -> direct(OsTrustStore.sslContext(new KeyManager[0], accepted)));
    }

    /**
     * The client for GitHub: as {@link #proxied}, and the token is shown to the API only, not where downloads are redirected to.
     *
     * @param token as by {@link #token}; empty: anonymous
     * @param api base address of the API
     */
    public WebClient gitHub(Optional<String> proxy, Optional<String> token, URI api) {
        return client(proxy, shownTo(api, token));
    }

    private static WebClient.Authorization shownTo(URI api, Optional<String> token) {
        return uri -> WebClient.isSameServer(uri, api) ? token.map(secret -> "Bearer " + secret) : Optional.empty();
    }

    /**
     * The client for big files from the world outside; proxies as for {@link #proxied}.
     *
     * @param stall how long a connection may be silent
     */
    public BlockingClient streaming(Optional<String> proxy, Duration stall) {
        return streaming(proxy, uri -> Optional.empty(), stall);
    }

    /** As {@link #streaming(Optional, Duration)} for files that GitHub has, and for asking its API about them as {@link #gitHub} does. */
    public BlockingClient gitHubStreaming(Optional<String> proxy, Optional<String> token, URI api, Duration stall) {
        return streaming(proxy, shownTo(api, token), stall);
    }

    private BlockingClient streaming(Optional<String> proxy, WebClient.Authorization authorization, Duration stall) {
        return blocking(trust.sslContext(), choice(proxy), authorization, Timeout.of(stall));
    }

    private static BlockingClient direct(SSLContext context) {
        return blocking(context, ProxyChoice.NONE, uri -> Optional.empty(), Timeout.of(CONNECT_TIMEOUT));
    }

    private static BlockingClient blocking(
            SSLContext context, ProxyChoice proxies, WebClient.Authorization authorization, Timeout silence) {
        HttpClientBuilder builder = HttpClientBuilder.create()
                .setRoutePlanner(new SystemDefaultRoutePlanner(proxies))
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                // a refusal ends an upload
                                .responseOutOfOrderStrategy(MonitoringResponseOutOfOrderStrategy.INSTANCE)
                                .build())
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(
                                context,
                                null,
                                parameters(context).getCipherSuites(),
                                SSLBufferMode.STATIC,
                                HttpsSupport.getDefaultHostnameVerifier()))
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(CONNECT_TIMEOUT))
                                .setSocketTimeout(silence)
                                .build())
                        // callers decide how much they do at once
                        .setMaxConnPerRoute(Integer.MAX_VALUE)
                        .setMaxConnTotal(Integer.MAX_VALUE)
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .setDefaultCredentialsProvider(credentials(proxies));
        return new BlockingClient(builder.build(), authorization, proxies);
    }

    private WebClient client(Optional<String> proxy, WebClient.Authorization authorization) {
        ProxyChoice proxies = choice(proxy);
        return new WebClient(
                executor -> builder(executor, trust.sslContext()).proxy(proxies).build(),
                authorization,
                proxies,
                () -> blocking(trust.sslContext(), proxies, authorization, Timeout.of(CONNECT_TIMEOUT)));
    }

    private ProxyChoice choice(Optional<String> proxy) {
        return proxy.map(address -> ProxyChoice.everything(ProxySetting.parse(address, PROXY_SOURCE)))
                .orElseGet(() -> new EnvironmentProxy(environment));
    }

    private static HttpClient.Builder builder(ExecutorService executor, SSLContext context) {
        return jdk().followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(context)
                .sslParameters(parameters(context))
                .executor(executor);
    }

    /**
     * ChaCha20 before AES unless there is native cryptography: the JVM's first compiler knows no AES instructions, downloading a package of
     * 54 MB costs it 0.3 instead of 1.3 seconds of processor time for decryption.
     */
    static SSLParameters parameters(SSLContext context) {
        SSLParameters parameters = context.getDefaultSSLParameters();
        if (!NativeCryptography.isInUse()) {
            List<String> suites = new ArrayList<>(List.of(parameters.getCipherSuites()));
            suites.sort(Comparator.comparing(suite -> !suite.contains("CHACHA20")));
            parameters.setCipherSuites(suites.toArray(new String[0]));
        }
        return parameters;
    }

    /** What proxies that ask for a password get; servers get nothing. */
    private static CredentialsProvider credentials(ProxyChoice proxies) {
        CredentialsProviderBuilder known = CredentialsProviderBuilder.create();
        for (ProxySetting proxy : proxies.all()) {
            if (proxy.credentials().isPresent()) {
                AuthScope scope = new AuthScope(proxy.host(), proxy.port());
                known.add(scope, proxy.user(), proxy.password().toCharArray());
            }
        }
        return known.build();
    }
}
