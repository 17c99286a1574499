package io.neco.dctest.vault.client;

import io.neco.dctest.tls.TlsContexts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Sends requests to one server. Follows no redirect by itself and repeats nothing. */
public final class ApiClient {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration READ_LIMIT = Duration.ofSeconds(60);

    private final Path trust;
    private final boolean verify;
    private @Nullable SSLContext context;

    /**
     * @param trust PEM file with the authorities to trust
     * @param verify false to trust every server
     */
    public ApiClient(Path trust, boolean verify) {
        this.trust = trust;
        this.verify = verify;
    }

    /**
     * An answer.
     *
     * @param contentType empty when there is none
     * @param location target of a redirect
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, neither compared nor changed
    public record Answer(int status, String contentType, Optional<String> location, byte[] body) {}

    /**
     * Sends one request.
     *
     * @param method GET, PUT, POST, DELETE or HEAD; LIST becomes GET with {@code list=true}
     * @param body empty for none
     * @throws IOException if there is no answer
     */
    public Answer send(String method, URI uri, Map<String, List<String>> headers, byte[] body) throws IOException {
        boolean list = method.equals("LIST");
        URI target = list ? URI.create(uri + (uri.getRawQuery() == null ? "?" : "&") + "list=true") : uri;
        HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection();
        connection.setConnectTimeout(Math.toIntExact(CONNECT_LIMIT.toMillis()));
        connection.setReadTimeout(Math.toIntExact(READ_LIMIT.toMillis()));
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        if (connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(context().getSocketFactory());
            if (!verify) {
                secure.setHostnameVerifier((host, session) -> true);
            }
        }
        connection.setRequestMethod(list ? "GET" : method);
        headers.forEach((name, values) -> values.forEach(value -> connection.addRequestProperty(name, value)));
        if (body.length > 0 || method.equals("PUT") || method.equals("POST")) {
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        int status = connection.getResponseCode();
        byte[] answer = {};
        try (InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
            if (in != null) {
                answer = in.readAllBytes();
            }
        }
        String type = connection.getContentType();
        return new Answer(
                status, type == null ? "" : type, Optional.ofNullable(connection.getHeaderField("Location")), answer);
    }

    private synchronized SSLContext context() throws IOException {
        SSLContext current = context;
        if (current == null) {
            current = verify ? TlsContexts.client(Optional.empty(), trust) : TlsContexts.trustingClient();
            context = current;
        }
        return current;
    }
}
