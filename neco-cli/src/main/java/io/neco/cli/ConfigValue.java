package io.neco.cli;

import io.neco.http.HttpClients;
import io.neco.notify.SlackNotifier;
import io.neco.time.GoDuration;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;

/** Checks of settings' values, with the reference's words; each returns the form to store. */
final class ConfigValue {
    private static final Set<String> ENVIRONMENTS = Set.of("test", "staging", "prod");

    private ConfigValue() {}

    static String environment(String value) {
        if (!ENVIRONMENTS.contains(value)) {
            throw new IllegalArgumentException("invalid environment: \"" + value + "\" (choose test, staging or prod)");
        }
        return value;
    }

    static String url(String value) {
        String scheme = GoUrl.requireValid(value);
        if (scheme.isEmpty()) {
            throw new IllegalArgumentException(
                    "invalid URL: \"" + value + "\" has no scheme; write it like http://10.0.49.3:3128");
        }
        return value;
    }

    /** What the programs' HTTP clients can use. */
    static String proxy(String value) {
        HttpClients.requireProxy(value, "`neco config set proxy`");
        return value;
    }

    /** What can be shown to the release server, without blanks around it; nothing: none is. */
    static String token(String value) {
        return HttpClients.token(value, "`neco config set github-token`").orElse("");
    }

    /** What the updater can post to. */
    static String webhook(String value) {
        url(value);
        try {
            SlackNotifier.requireWebhook(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("invalid webhook: \"" + value + "\" is not an http or https address", e);
        }
        return value;
    }

    static String duration(String value) {
        Duration duration = GoDuration.parse(value);
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("duration \"" + value + "\" is not positive");
        }
        return Long.toString(duration.toNanos());
    }

    static String showDuration(ConfigSetting setting, String stored) {
        try {
            return GoDuration.format(Duration.ofNanos(Long.parseLong(stored)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "etcd key " + setting.key().key() + " should hold a decimal number of nanoseconds but holds `"
                            + stored + "`; set it anew, e.g. `neco config set "
                            + setting.option() + " " + setting.fallback().orElse("1m") + "`",
                    e);
        }
    }

    /** An IPv4 network; bits of the host are cleared. */
    static String ipv4Network(String value) {
        int slash = value.indexOf('/');
        int bits = slash < 0 ? -1 : prefixLength(value.substring(slash + 1));
        if (bits < 0) {
            throw invalidCidr(value);
        }
        String address = value.substring(0, slash);
        if (address.indexOf(':') >= 0) {
            requireIpv6(address, bits, value);
            throw new IllegalArgumentException("not IPv4 addr: " + value);
        }
        if (bits > 32) {
            throw invalidCidr(value);
        }
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            throw invalidCidr(value);
        }
        long number = 0;
        for (String part : parts) {
            if (!part.matches("0|[1-9]\\d{0,2}") || Integer.parseInt(part) > 255) {
                throw invalidCidr(value);
            }
            number = number << 8 | Integer.parseInt(part);
        }
        number &= bits == 0 ? 0 : -1L << (32 - bits);
        return (number >> 24 & 255) + "." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255)
                + "/" + bits;
    }

    private static void requireIpv6(String address, int bits, String value) {
        try {
            // a text with a colon is never looked up
            InetAddress parsed = InetAddress.getByName(address);
            if (bits > 128 || address.indexOf('%') >= 0 || address.startsWith("[")) {
                throw invalidCidr(value);
            }
            if (parsed instanceof Inet6Address) {
                return;
            }
        } catch (UnknownHostException e) {
            throw invalidCidr(value);
        }
    }

    private static int prefixLength(String text) {
        return text.matches("0|[1-9]\\d{0,2}") ? Integer.parseInt(text) : -1;
    }

    private static IllegalArgumentException invalidCidr(String value) {
        return new IllegalArgumentException("invalid CIDR address: " + value);
    }
}
