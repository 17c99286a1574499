package io.neco.vault;

import java.util.List;

/**
 * What a certificate is to say.
 *
 * @param commonName subject
 * @param altNames DNS names besides the common name
 * @param ipSans IP addresses
 * @param isCommonNameExcluded whether the common name is kept out of the alternative names
 */
public record CertificateRequest(
        String commonName, List<String> altNames, List<String> ipSans, boolean isCommonNameExcluded) {

    /** Copies the lists. */
    public CertificateRequest {
        altNames = List.copyOf(altNames);
        ipSans = List.copyOf(ipSans);
    }

    /** For a server: the host name, {@code localhost}, and addresses. */
    public static CertificateRequest server(String hostname, List<String> addresses) {
        return new CertificateRequest(hostname, List.of("localhost"), addresses, false);
    }

    /** For a member of etcd: the host name as subject only, and addresses. */
    public static CertificateRequest peer(String hostname, List<String> addresses) {
        return new CertificateRequest(hostname, List.of(), addresses, true);
    }

    /** For a client: the user's name as subject only. */
    public static CertificateRequest client(String user) {
        return new CertificateRequest(user, List.of(), List.of(), true);
    }
}
