package io.neco.fleet;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How an operator names a machine: by serial number or by an address.
 *
 * @param condition sabakan's name for the kind: {@code serial}, {@code ipv4} or {@code ipv6}
 * @param value the serial number or address
 */
record MachineName(String condition, String value) {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern MAYBE_IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    static MachineName of(String text) {
        if (IPV4.matcher(text).matches()) {
            return new MachineName("ipv4", text);
        }
        if (MAYBE_IPV6.matcher(text).matches()) {
            try {
                // a literal, so nothing is resolved
                InetAddress address = InetAddress.getByName(text);
                return new MachineName(address instanceof Inet4Address ? "ipv4" : "ipv6", text);
            } catch (UnknownHostException e) {
                return new MachineName("serial", text);
            }
        }
        return new MachineName("serial", text);
    }

    Map<String, String> query() {
        return Map.of(condition, value);
    }

    /** What a machine of that name has. */
    String words() {
        return (condition.equals("serial") ? "the serial number " : "the address ") + value;
    }
}
