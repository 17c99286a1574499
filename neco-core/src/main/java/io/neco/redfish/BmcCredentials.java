package io.neco.redfish;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Who speaks to the management controllers.
 *
 * @param user name of the user
 * @param password its password; never shown
 */
public record BmcCredentials(String user, String password) {
    /** The header of HTTP's basic authentication. */
    String header() {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String toString() {
        return "BmcCredentials[user=" + user + "]";
    }
}
