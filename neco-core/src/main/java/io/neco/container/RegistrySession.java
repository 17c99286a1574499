package io.neco.container;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.http.Answer;
import io.neco.http.HttpStatusException;
import io.neco.http.Sender;
import io.neco.http.ShortBody;
import io.neco.http.WebClient;
import io.neco.http.WrongContentException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Requests to one repository of a registry, each with what the registry wants to see: nothing, user and password, or a token it sends
 * us to fetch. An expired token is replaced.
 */
final class RegistrySession implements Sender {
    private static final int LONGEST_TOKEN = 1 << 20;

    private final Sender client;
    private final ImageName name;
    private final Optional<RegistryCredential> credential;
    private Optional<String> authorization = Optional.empty();

    RegistrySession(Sender client, ImageName name, Optional<RegistryCredential> credential) {
        this.client = client;
        this.name = name;
        this.credential = credential;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration deadline)
            throws IOException, InterruptedException {
        BodyHandler<Optional<T>> unlessRefused = info -> info.statusCode() == 401
                ? BodySubscribers.replacing(Optional.empty())
                : BodySubscribers.mapping(handler.apply(info), Optional::of);
        HttpResponse<Optional<T>> answer = client.send(authorized(request), unlessRefused, deadline);
        if (answer.body().isPresent()) {
            return new Answer<>(answer, answer.body().get());
        }
        if (!WebClient.isSameServer(answer.uri(), name.api())) {
            throw new HttpStatusException(answer, "the registry sent us there");
        }
        authorization = Optional.of(answerTo(answer, deadline));
        return client.send(authorized(request), handler, deadline);
    }

    private HttpRequest authorized(HttpRequest request) {
        HttpRequest.Builder copy = HttpRequest.newBuilder(request, (header, value) -> true);
        authorization.ifPresent(value -> copy.setHeader("Authorization", value));
        return copy.build();
    }

    private String answerTo(HttpResponse<?> refusal, Duration deadline) throws IOException, InterruptedException {
        Optional<Challenge> challenge = Challenge.of(refusal.headers());
        if (challenge.isEmpty()) {
            throw new HttpStatusException(refusal, "the registry does not tell how to log in");
        }
        if (challenge.get().scheme().equals("bearer")) {
            return "Bearer " + token(challenge.get(), deadline);
        }
        String basic = basic().orElseThrow(() ->
                new HttpStatusException(refusal, "the registry wants user and password, and none are known"));
        if (authorization.equals(Optional.of(basic))) {
            throw new HttpStatusException(refusal, "the registry does not accept user and password");
        }
        return basic;
    }

    private Optional<String> basic() {
        return credential
                .filter(c -> !c.username().isEmpty())
                .map(c -> "Basic "
                        + Base64.getEncoder()
                                .encodeToString((c.username() + ":" + c.password()).getBytes(StandardCharsets.UTF_8)));
    }

    private String token(Challenge challenge, Duration deadline) throws IOException, InterruptedException {
        URI realm = realm(challenge);
        String scope = challenge.parameter("scope").isEmpty()
                ? "repository:" + name.repository() + ":pull"
                : challenge.parameter("scope");
        String query = "service=" + encoded(challenge.parameter("service")) + "&scope=" + encoded(scope);
        HttpRequest.Builder request;
        Optional<String> identity =
                credential.map(RegistryCredential::identityToken).filter(token -> !token.isEmpty());
        if (identity.isPresent()) {
            request = HttpRequest.newBuilder(realm)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("grant_type=refresh_token&client_id=neco&" + query
                            + "&refresh_token=" + encoded(identity.get())));
        } else {
            String separator = realm.getRawQuery() == null ? "?" : "&";
            request = HttpRequest.newBuilder(URI.create(realm + separator + query));
            basic().ifPresent(value -> request.header("Authorization", value));
        }
        HttpResponse<byte[]> answer = client.send(request.build(), ShortBody.of(LONGEST_TOKEN), deadline);
        if (answer.statusCode() / 100 != 2) {
            throw new HttpStatusException(answer, new String(answer.body(), StandardCharsets.UTF_8));
        }
        try {
            JsonNode json = new ObjectMapper().readTree(answer.body());
            String token = json.path("token").asText(json.path("access_token").asText(""));
            // anything else no header can carry, and who says so would quote it
            if (!token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c <= '~')) {
                return token;
            }
        } catch (JacksonException e) {
            // told below; the parser's message would quote what may be a secret
        }
        throw new WrongContentException("the answer of " + WebClient.shown(realm) + " has no token that can be used");
    }

    /** Where tokens are; passwords go there, hence by https, but for what stays on this host. */
    private URI realm(Challenge challenge) throws IOException {
        String text = challenge.parameter("realm");
        try {
            URI realm = URI.create(text);
            String host = realm.getHost();
            boolean isSafe = "https".equals(realm.getScheme())
                    || ("http".equals(realm.getScheme())
                            && "http".equals(name.api().getScheme())
                            && host != null
                            && ImageName.isLoopback(host));
            if (isSafe && host != null) {
                return realm;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new WrongContentException("the registry " + name.registry() + " sends us to \"" + text
                + "\" for a token, which is no https address");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
