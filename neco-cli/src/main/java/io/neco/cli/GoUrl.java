package io.neco.cli;

/**
 * Says whether a text is a URL, by the rules and with the words of Go's net/url, which the reference uses. Source: RFC 3986,
 * pkg.go.dev/net/url.
 */
final class GoUrl {
    private static final String HOST_EXTRAS = "-._~!$&'()*+,;=:[]<>\"%";
    private static final String USER_EXTRAS = "-._:~!$&'()*+,;=%@";

    private GoUrl() {}

    /**
     * Checks a URL.
     *
     * @return its scheme in lower case; empty when there is none
     * @throws IllegalArgumentException {@code parse "URL": reason}
     */
    static String requireValid(String url) {
        try {
            return check(url);
        } catch (Malformed e) {
            throw new IllegalArgumentException("parse \"" + url + "\": " + e.getMessage(), e);
        }
    }

    private static String check(String url) throws Malformed {
        if (url.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new Malformed("net/url: invalid control character in URL");
        }
        int hash = url.indexOf('#');
        if (hash >= 0) {
            requireEscapes(url.substring(hash + 1));
        }
        String rest = hash < 0 ? url : url.substring(0, hash);
        int colon = schemeEnd(rest);
        String scheme = colon < 0 ? "" : rest.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
        rest = rest.substring(colon + 1);
        int question = rest.indexOf('?');
        rest = question < 0 ? rest : rest.substring(0, question);
        if (!rest.startsWith("/")) {
            if (!scheme.isEmpty()) {
                return scheme;
            }
            int firstColon = rest.indexOf(':');
            int slash = rest.indexOf('/');
            if (firstColon >= 0 && (slash < 0 || firstColon < slash)) {
                throw new Malformed("first path segment in URL cannot contain colon");
            }
        }
        if (rest.startsWith("//") && (!scheme.isEmpty() || !rest.startsWith("///"))) {
            int slash = rest.indexOf('/', 2);
            checkAuthority(slash < 0 ? rest.substring(2) : rest.substring(2, slash));
            rest = slash < 0 ? "" : rest.substring(slash);
        }
        requireEscapes(rest);
        return scheme;
    }

    /** Where the colon after the scheme is; -1: there is no scheme. */
    private static int schemeEnd(String url) throws Malformed {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (isLetter(c)) {
                continue;
            }
            if (isDigit(c) || c == '+' || c == '-' || c == '.') {
                if (i == 0) {
                    return -1;
                }
            } else if (c == ':') {
                if (i == 0) {
                    throw new Malformed("missing protocol scheme");
                }
                return i;
            } else {
                return -1;
            }
        }
        return -1;
    }

    private static void checkAuthority(String authority) throws Malformed {
        int at = authority.lastIndexOf('@');
        String host = authority.substring(at + 1);
        if (at >= 0) {
            String user = authority.substring(0, at);
            if (user.chars().anyMatch(c -> !isAllowed(c, USER_EXTRAS))) {
                throw new Malformed("net/url: invalid userinfo");
            }
            requireEscapes(user);
        }
        if (host.startsWith("[")) {
            int end = host.lastIndexOf(']');
            if (end < 0) {
                throw new Malformed("missing ']' in host");
            }
            requirePort(host.substring(end + 1));
        } else if (host.lastIndexOf(':') >= 0) {
            requirePort(host.substring(host.lastIndexOf(':')));
        }
        for (int i = 0; i < host.length(); i++) {
            if (host.charAt(i) < 0x80 && !isAllowed(host.charAt(i), HOST_EXTRAS)) {
                throw new Malformed("invalid character \"" + host.charAt(i) + "\" in host name");
            }
        }
        requireEscapes(host);
    }

    private static void requirePort(String port) throws Malformed {
        if (!port.isEmpty() && !port.matches(":\\d*")) {
            throw new Malformed("invalid port \"" + port + "\" after host");
        }
    }

    private static void requireEscapes(String text) throws Malformed {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            String escape = text.substring(i, Math.min(text.length(), i + 3));
            if (!escape.matches("%[0-9a-fA-F]{2}")) {
                throw new Malformed("invalid URL escape \"" + escape + "\"");
            }
        }
    }

    private static boolean isAllowed(int c, String extras) {
        return isLetter((char) c) || isDigit((char) c) || extras.indexOf(c) >= 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }
}
