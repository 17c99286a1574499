package io.neco.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** An answer whose body has been unwrapped: {@code origin} with another body. */
public record Answer<T>(HttpResponse<?> origin, T body) implements HttpResponse<T> {
    @Override
    public int statusCode() {
        return origin.statusCode();
    }

    @Override
    public HttpRequest request() {
        return origin.request();
    }

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
        return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
        return origin.headers();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return origin.sslSession();
    }

    @Override
    public URI uri() {
        return origin.uri();
    }

    @Override
    public HttpClient.Version version() {
        return origin.version();
    }
}
