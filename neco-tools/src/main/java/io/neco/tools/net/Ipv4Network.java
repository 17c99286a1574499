package io.neco.tools.net;

/**
 * An IPv4 network.
 *
 * @param base its lowest address
 * @param prefix its prefix length, 0 to 32
 */
public record Ipv4Network(Ipv4 base, int prefix) {

    /** Checks the prefix length and that no host bits are set. */
    public Ipv4Network {
        if (prefix < 0 || prefix > 32) {
            throw new IllegalArgumentException("a prefix length is 0 to 32, but got " + prefix);
        }
        if (base.value() % (1L << (32 - prefix)) != 0) {
            throw new IllegalArgumentException(
                    "host part of network address must be 0, but is not: " + base + "/" + prefix);
        }
    }

    /**
     * Reads CIDR notation.
     *
     * @throws IllegalArgumentException when the text is something else, or has host bits set; the message quotes it
     */
    public static Ipv4Network parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,2}")) {
            throw new IllegalArgumentException("must be an IPv4 network such as 10.0.0.0/24, but is \"" + text + "\"");
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        if (prefix > 32) {
            throw new IllegalArgumentException("has a prefix length above 32: \"" + text + "\"");
        }
        return new Ipv4Network(Ipv4.parse(text.substring(0, slash)), prefix);
    }

    /** How many addresses it has. */
    public long size() {
        return 1L << (32 - prefix);
    }

    /** Its highest address. */
    public Ipv4 last() {
        return base.plus(size() - 1);
    }

    /** Whether it has an address. */
    public boolean contains(Ipv4 address) {
        return base.compareTo(address) <= 0 && address.compareTo(last()) <= 0;
    }

    /**
     * The address {@code offset} after its lowest.
     *
     * @throws IllegalArgumentException when that is outside of the network
     */
    public Ipv4 at(long offset) {
        if (offset < 0 || offset >= size()) {
            throw new IllegalArgumentException(this + " has no address number " + offset);
        }
        return base.plus(offset);
    }

    /** {@link #at} with this network's prefix length, as interfaces are given it: {@code 10.0.0.1/24}. */
    public String interfaceAt(long offset) {
        return at(offset) + "/" + prefix;
    }

    @Override
    public String toString() {
        return base + "/" + prefix;
    }
}
