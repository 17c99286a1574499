package io.neco.container;

import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry wants to be shown who asks. Source: RFC 7235 section 4.1 and distribution.github.io/distribution/spec/auth/token.
 *
 * @param scheme {@code bearer} or {@code basic}
 * @param parameters e.g. realm, service, scope; names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern SCHEME = Pattern.compile("(?i)(?:^|,)\\s*(bearer|basic)(?=\\s|$)");
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z_-]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s,\"]+))");

    /** The first usable one of an answer; bearer tokens before passwords. */
    static Optional<Challenge> of(HttpHeaders headers) {
        Optional<Challenge> basic = Optional.empty();
        for (String header : headers.allValues("WWW-Authenticate")) {
            Matcher scheme = SCHEME.matcher(header);
            if (scheme.find()) {
                Challenge found = parse(scheme.group(1), header.substring(scheme.end()));
                if (found.scheme().equals("bearer")) {
                    return Optional.of(found);
                }
                basic = Optional.of(found);
            }
        }
        return basic;
    }

    private static Challenge parse(String scheme, String rest) {
        Map<String, String> parameters = new TreeMap<>();
        Matcher matcher = PARAMETER.matcher(rest);
        while (matcher.find()) {
            parameters.putIfAbsent(
                    matcher.group(1).toLowerCase(Locale.ROOT),
                    matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
        }
        return new Challenge(scheme.toLowerCase(Locale.ROOT), parameters);
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
