package io.neco.tools.net;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 address.
 *
 * @param value its 32 bits, 0 to 2^32 - 1
 */
public record Ipv4(long value) implements Comparable<Ipv4> {
    private static final long HIGHEST = 0xffff_ffffL;
    private static final Pattern DOTTED = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    /** Checks the range. */
    public Ipv4 {
        if (value < 0 || value > HIGHEST) {
            throw new IllegalArgumentException("no IPv4 address is " + value + "; the highest is 255.255.255.255");
        }
    }

    /**
     * Reads four decimal numbers with dots.
     *
     * @throws IllegalArgumentException when the text is something else; the message quotes it
     */
    public static Ipv4 parse(String text) {
        Matcher dotted = DOTTED.matcher(text);
        if (dotted.matches()) {
            long value = 0;
            boolean isValid = true;
            for (int i = 1; i <= 4; i++) {
                int part = Integer.parseInt(dotted.group(i));
                isValid &= part <= 255;
                value = value << 8 | part;
            }
            if (isValid) {
                return new Ipv4(value);
            }
        }
        throw new IllegalArgumentException("must be an IPv4 address such as 10.0.0.1, but is \"" + text + "\"");
    }

    /**
     * The address {@code offset} after this one.
     *
     * @throws IllegalArgumentException beyond 255.255.255.255
     */
    public Ipv4 plus(long offset) {
        return new Ipv4(value + offset);
    }

    /** This address with a prefix length of 32, e.g. {@code 10.69.0.3/32}. */
    public String asHost() {
        return this + "/32";
    }

    @Override
    public int compareTo(Ipv4 other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return (value >> 24) + "." + (value >> 16 & 255) + "." + (value >> 8 & 255) + "." + (value & 255);
    }
}
