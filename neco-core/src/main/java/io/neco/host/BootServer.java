package io.neco.host;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;

/**
 * Addresses of boot servers, derived from their logical rack numbers (LRN).
 *
 * <p>Source: address_util.go at 1eec387; base, stride and offset come from site.yml.
 *
 * @param site the site's addressing
 */
public record BootServer(Site site) {

    /** The node0 address of the boot server {@code lrn}, e.g. {@code 10.69.0.3}. */
    public String node0(int lrn) {
        if (lrn < 0) {
            throw new IllegalArgumentException("a logical rack number is not negative, but got " + lrn);
        }
        long address = toLong(site.node0Base()) + (long) site.node0Stride() * lrn + site.node0Offset();
        return String.format(
                "%d.%d.%d.%d", address >> 24 & 255, address >> 16 & 255, address >> 8 & 255, address & 255);
    }

    /** The etcd client endpoint of the boot server {@code lrn}. */
    public String etcdEndpoint(int lrn) {
        return "https://" + node0(lrn) + ":2379";
    }

    /** The etcd client endpoints of {@code lrns}, in their order. */
    public List<String> etcdEndpoints(Collection<Integer> lrns) {
        return lrns.stream().map(this::etcdEndpoint).toList();
    }

    /** The etcd peer URL of the boot server {@code lrn}. */
    public String etcdPeerUrl(int lrn) {
        return "https://" + node0(lrn) + ":2380";
    }

    /** The address of Vault on the boot server {@code lrn}. */
    public String vaultUrl(int lrn) {
        return "https://" + node0(lrn) + ":8200";
    }

    private static long toLong(String dotted) {
        try {
            InetAddress address = InetAddress.getByName(dotted);
            if (!(address instanceof Inet4Address)) {
                throw new IllegalArgumentException("not an IPv4 address: " + dotted);
            }
            long value = 0;
            for (byte b : address.getAddress()) {
                value = value << 8 | (b & 255);
            }
            return value;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IPv4 address: " + dotted, e);
        }
    }
}
