package io.neco.dctest.internet;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One HTTP request, reduced to what the sites look at.
 *
 * @param host name the client asked for, lower case, without port
 * @param method HTTP method
 * @param path decoded path, starting with a slash
 * @param query decoded query parameters; the last one of a name counts
 * @param headers first value of each header, names in lower case
 * @param client address of the client
 */
public record Request(
        String host,
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        String client) {

    /** Makes the maps unmodifiable. */
    public Request {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    /** The value of a header, whose name may be given in any case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The path's components, without empty ones. */
    public List<String> segments() {
        return Stream.of(path.split("/", -1)).filter(s -> !s.isEmpty()).toList();
    }
}
