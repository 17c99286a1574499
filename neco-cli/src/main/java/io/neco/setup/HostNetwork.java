package io.neco.setup;

import io.neco.host.Site;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Optional;

/** The host's network addresses. */
public interface HostNetwork {
    /** IPv4 addresses of an interface in its order; empty: there is no such interface. */
    Optional<List<String>> addresses(String interfaceName) throws IOException;

    /**
     * This host's bastion address.
     *
     * @throws IOException when there is no such interface, or it has no IPv4 address
     */
    default String bastion(Site site) throws IOException {
        String name = site.bastionInterface();
        List<String> addresses = addresses(name)
                .orElseThrow(() -> new IOException("there is no network interface " + name
                        + " on this host; certificates need its IPv4 address (another name can be given as"
                        + " bastion-interface in /etc/neco/site.yml)"));
        if (addresses.isEmpty()) {
            throw new IOException("no IPv4 address for " + name + " device; certificates need it");
        }
        return addresses.get(0);
    }

    /** Whether any interface has the address. */
    boolean hasAddress(String address) throws IOException;

    /** This host's. */
    static HostNetwork local() {
        return new HostNetwork() {
            @Override
            public Optional<List<String>> addresses(String interfaceName) throws IOException {
                NetworkInterface found = NetworkInterface.getByName(interfaceName);
                return Optional.ofNullable(found)
                        .map(i -> i.getInterfaceAddresses().stream()
                                .map(InterfaceAddress::getAddress)
                                .filter(a -> a instanceof Inet4Address)
                                .map(InetAddress::getHostAddress)
                                .toList());
            }

            @Override
            public boolean hasAddress(String address) throws IOException {
                return NetworkInterface.getByInetAddress(InetAddress.getByName(address)) != null;
            }
        };
    }
}
