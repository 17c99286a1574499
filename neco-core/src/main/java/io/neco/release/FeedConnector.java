package io.neco.release;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.neco.http.HttpStatusException;
import io.neco.http.Sender;
import io.neco.http.WebClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.kohsuke.github.connector.GitHubConnector;
import org.kohsuke.github.connector.GitHubConnectorRequest;
import org.kohsuke.github.connector.GitHubConnectorResponse;

/**
 * Carries github-api's requests over our HTTP client and adds what the library lacks: conditional requests (an unchanged answer costs
 * no rate limit), errors that say what to do, the digests of assets, and no request for the repository itself, of which only the name
 * is needed. Addresses and headers that the server sees are those of the reference (which uses go-github), but for the conditional ones.
 */
final class FeedConnector implements GitHubConnector {
    private static final String USER_AGENT = "github.com/cybozu-go/neco";
    private static final String ACCEPT = "application/vnd.github.v3+json";
    /** Headers that the library would send otherwise, or besides. */
    private static final Set<String> NOT_THE_LIBRARYS =
            Set.of("accept", "accept-encoding", "user-agent", "x-github-api-version");

    private static final Pattern NEXT_PAGE =
            Pattern.compile("<[^>]*[?&]page=(\\d{1,9})(?:&[^>]*)?>\\s*;\\s*rel=\"?next\"?");
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    /** Bodies are kept as received, i.e. compressed; what does not fit is asked for in full every time. */
    private static final long MOST_CACHED_BYTES = 4 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    private static final class Cached {
        private final String etag;
        private final Map<String, List<String>> headers;
        private final byte[] body;

        Cached(String etag, Map<String, List<String>> headers, byte[] body) {
            this.etag = etag;
            this.headers = headers;
            this.body = body;
        }
    }

    private final Sender client;
    private final URI api;
    private final String repository;
    private final Clock clock;
    private final Map<String, Cached> cache = new HashMap<>();
    private final Map<Long, String> digests = new HashMap<>();
    private long cachedBytes;

    FeedConnector(Sender client, URI api, String repository, Clock clock) {
        this.client = client;
        this.api = api;
        this.repository = repository;
        this.clock = clock;
    }

    /** The SHA-256 digest of an asset seen in an answer, in hexadecimal. */
    synchronized Optional<String> sha256Of(long assetId) {
        return Optional.ofNullable(digests.get(assetId));
    }

    @Override
    public synchronized GitHubConnectorResponse send(GitHubConnectorRequest request) throws IOException {
        URI uri = URI.create(request.url().toString());
        if (uri.toString().equals(api + "/repos/" + repository)) {
            return new Answer(request, 200, Map.of(), repositoryJson());
        }
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri);
        request.allHeaders().forEach((name, values) -> {
            if (!NOT_THE_LIBRARYS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> builder.header(name, value));
            }
        });
        builder.header("User-Agent", USER_AGENT).header("Accept", ACCEPT).header("Accept-Encoding", "gzip");
        Cached known = cache.get(uri.toString());
        if (known != null) {
            builder.header("If-None-Match", known.etag);
        }
        HttpResponse<byte[]> answer;
        try {
            answer = client.send(builder.build(), BodyHandlers.ofByteArray(), DEADLINE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (IOException e) {
            throw new ReleaseFeedException(String.valueOf(e.getMessage()), e);
        }
        if (answer.statusCode() == 304 && known != null) {
            note(known.body, known.headers);
            return new Answer(request, 200, ofPlain(known.headers), plain(known.body, known.headers));
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(answer.headers().map());
        byte[] plain = plain(answer.body(), headers);
        if (answer.statusCode() == 200) {
            keep(uri, headers, answer.body());
            note(answer.body(), headers);
        } else if (answer.statusCode() != 404) {
            throw refusal("GET " + WebClient.shown(uri), answer, headers, plain);
        }
        return new Answer(request, answer.statusCode(), ofPlain(headers), plain);
    }

    /** Headers for a body that is decoded already; without an ETag, since the library would ask a second time after a 404 with one. */
    private Map<String, List<String>> ofPlain(Map<String, List<String>> headers) {
        Map<String, List<String>> plain = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        plain.putAll(headers);
        plain.remove("ETag");
        plain.remove("Content-Encoding");
        plain.remove("Link");
        nextPage(headers).ifPresent(link -> plain.put("Link", List.of(link)));
        return plain;
    }

    /**
     * The link to the next page as the reference asks for it: only its number is taken from the server's. A server behind a proxy may
     * link to an address that does not lead there, and that would not be shown the token.
     */
    private Optional<String> nextPage(Map<String, List<String>> headers) {
        return first(headers, "Link")
                .map(NEXT_PAGE::matcher)
                .filter(Matcher::find)
                .map(page -> "<" + api + "/repos/" + repository + "/releases?page=" + page.group(1) + "&per_page="
                        + GitHubReleaseFeed.PAGE_SIZE + ">; rel=\"next\"");
    }

    private byte[] repositoryJson() {
        String[] parts = repository.split("/", 2);
        return ("{\"name\":\"" + parts[1] + "\",\"full_name\":\"" + repository + "\",\"owner\":{\"login\":\"" + parts[0]
                        + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void keep(URI uri, Map<String, List<String>> headers, byte[] body) {
        Cached old = cache.remove(uri.toString());
        cachedBytes -= old == null ? 0 : old.body.length;
        Optional<String> etag = first(headers, "ETag");
        if (etag.isPresent() && cachedBytes + body.length <= MOST_CACHED_BYTES) {
            cache.put(uri.toString(), new Cached(etag.get(), headers, body));
            cachedBytes += body.length;
        }
    }

    /** Remembers the digests of the assets in an answer: pairs of {@code id} and {@code digest} in one object. */
    private void note(byte[] body, Map<String, List<String>> headers) throws IOException {
        try (JsonParser json = JSON.createParser(plain(body, headers))) {
            Map<Integer, Long> ids = new HashMap<>();
            int depth = 0;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isStructStart()) {
                    ids.remove(++depth);
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_NUMBER_INT && "id".equals(json.currentName())) {
                    ids.put(depth, json.getLongValue());
                } else if (token == JsonToken.VALUE_STRING && "digest".equals(json.currentName())) {
                    Long id = ids.get(depth);
                    String digest = json.getText();
                    if (id != null && digest.matches("sha256:[0-9a-fA-F]{64}")) {
                        digests.put(id, digest.substring("sha256:".length()));
                    }
                }
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new ReleaseFeedException("the release server " + api + " sent something that is not JSON", e);
        }
    }

    private ReleaseFeedException refusal(
            String asked, HttpResponse<?> answer, Map<String, List<String>> headers, byte[] body) {
        int status = answer.statusCode();
        String said = new String(body, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
        Instant now = clock.instant();
        Optional<Instant> retryAt = retryAt(status, headers, now);
        if (retryAt.isPresent()) {
            return new ReleaseFeedException(
                    asked + ": status " + status + ", the rate limit of " + api.getHost() + " is used up until "
                            + retryAt.get() + "; a token (`neco config set github-token`) raises it",
                    new HttpStatusException(asked, status, said, Duration.between(now, retryAt.get())),
                    retryAt.get());
        }
        String hint = switch (status) {
            case 401 -> "; is the token of `neco config set github-token` still valid?";
            case 403 ->
                "; has the token of `neco config set github-token` access to the repository, and do proxy and"
                        + " server allow this address?";
            default -> "";
        };
        return new ReleaseFeedException(
                asked + ": status " + status
                        + (said.isEmpty() ? "" : ": " + said.substring(0, Math.min(300, said.length()))) + hint,
                new HttpStatusException(answer, said));
    }

    private static Optional<Instant> retryAt(int status, Map<String, List<String>> headers, Instant now) {
        if (status != 403 && status != 429) {
            return Optional.empty();
        }
        Optional<Instant> after = first(headers, "Retry-After")
                .filter(v -> v.matches("\\d{1,6}"))
                .map(v -> now.plusSeconds(Long.parseLong(v)));
        Optional<Instant> reset = first(headers, "X-RateLimit-Remaining")
                .filter(v -> v.equals("0"))
                .flatMap(v -> first(headers, "X-RateLimit-Reset"))
                .filter(v -> v.matches("\\d{1,12}"))
                .map(v -> Instant.ofEpochSecond(Long.parseLong(v)));
        return after.or(() -> reset);
    }

    private static Optional<String> first(Map<String, List<String>> headers, String name) {
        return Optional.ofNullable(headers.get(name)).filter(v -> !v.isEmpty()).map(v -> v.get(0));
    }

    private static byte[] plain(byte[] body, Map<String, List<String>> headers) throws IOException {
        if (first(headers, "Content-Encoding").filter("gzip"::equalsIgnoreCase).isEmpty()) {
            return body;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return in.readAllBytes();
        }
    }

    /** An answer at hand. */
    static final class Answer extends GitHubConnectorResponse.ByteArrayResponse {
        private final byte[] body;

        Answer(GitHubConnectorRequest request, int status, Map<String, List<String>> headers, byte[] body) {
            super(request, status, headers);
            this.body = body;
        }

        @Override
        protected InputStream rawBodyStream() {
            return new ByteArrayInputStream(body);
        }
    }
}
