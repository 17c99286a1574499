package io.neco.container;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.http.HttpStatusException;
import io.neco.http.Retry;
import io.neco.http.Sender;
import io.neco.http.ShortBody;
import io.neco.http.WebClient;
import io.neco.http.WrongContentException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tags of a repository, all pages of them. Source: github.com/opencontainers/distribution-spec, "Listing Tags".
 *
 * @param client carries the requests
 * @param retry how failures that may pass are met
 */
public record TagList(Sender client, Retry retry) {
    private static final int PAGE_SIZE = 1000;
    private static final int MOST_PAGES = 100;
    private static final int LONGEST_PAGE = 4 << 20;
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*\\brel=\"?next\"?");

    /** Some tags, and where more are. */
    private record Page(List<String> tags, Optional<URI> next) {}

    /**
     * The tags in the registry's order.
     *
     * @param repository repository with its registry, e.g. {@code quay.io/cybozu/etcd}
     * @param credential what to show the registry; empty: anonymous
     * @throws IOException when the registry refuses or cannot be reached; the message names repository, address and reason
     */
    public List<String> tags(String repository, Optional<RegistryCredential> credential)
            throws IOException, InterruptedException {
        ImageName name = ImageName.parse(repository);
        RegistrySession session = new RegistrySession(client, name, credential);
        List<String> tags = new ArrayList<>();
        Optional<URI> address = Optional.of(name.api().resolve("tags/list?n=" + PAGE_SIZE));
        try {
            for (int pages = 0; address.isPresent(); pages++) {
                URI current = address.get();
                if (pages == MOST_PAGES) {
                    throw new WrongContentException(
                            "GET " + WebClient.shown(current) + ": more than " + MOST_PAGES + " pages of tags");
                }
                Page page = retry.call(
                        "request for " + WebClient.shown(current), Retry::isTransient, () -> page(session, current));
                tags.addAll(page.tags());
                address = page.next();
            }
        } catch (IOException e) {
            throw new IOException("cannot list the tags of " + repository + ": " + e.getMessage(), e);
        }
        return List.copyOf(tags);
    }

    private static Page page(RegistrySession session, URI address) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                session.send(HttpRequest.newBuilder(address).build(), ShortBody.of(LONGEST_PAGE), DEADLINE);
        if (answer.statusCode() != 200) {
            throw new HttpStatusException(answer, new String(answer.body(), StandardCharsets.UTF_8));
        }
        return new Page(tags(address, answer.body()), next(address, answer));
    }

    private static List<String> tags(URI address, byte[] body) throws WrongContentException {
        JsonNode list;
        try {
            list = new ObjectMapper().readTree(body).path("tags");
        } catch (JacksonException e) {
            throw new WrongContentException("GET " + WebClient.shown(address) + ": the answer is not JSON");
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory does not fail", e);
        }
        // a repository whose images were all deleted has null
        if (!list.isArray() && !list.isNull()) {
            throw new WrongContentException("GET " + WebClient.shown(address) + ": the answer has no list \"tags\"");
        }
        List<String> tags = new ArrayList<>();
        for (JsonNode tag : list) {
            if (!tag.isTextual()) {
                throw new WrongContentException("GET " + WebClient.shown(address) + ": " + tag + " is no tag");
            }
            tags.add(tag.textValue());
        }
        return tags;
    }

    private static Optional<URI> next(URI address, HttpResponse<?> answer) throws WrongContentException {
        for (String link : answer.headers().allValues("Link")) {
            Matcher next = NEXT.matcher(link);
            if (next.find()) {
                String target = next.group(1);
                try {
                    URI resolved = address.resolve(target);
                    if (WebClient.isSameServer(address, resolved)) {
                        return Optional.of(resolved);
                    }
                } catch (IllegalArgumentException e) {
                    // told below
                }
                // what we show this registry is not meant for another one
                throw new WrongContentException("GET " + WebClient.shown(address)
                        + ": the next page is said to be at \"" + target + "\", which is not of this registry");
            }
        }
        return Optional.empty();
    }
}
