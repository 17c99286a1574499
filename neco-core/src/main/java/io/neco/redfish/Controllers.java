package io.neco.redfish;

import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** The management controllers of a data centre, which all know the same user. Thread-safe. */
public final class Controllers implements AutoCloseable {
    private final WebClient web;
    private final BmcCredentials credentials;

    /**
     * Costs nothing until the first request.
     *
     * @param trust which certificates are accepted
     * @param credentials who speaks to them
     */
    public Controllers(BmcTrust trust, BmcCredentials credentials) {
        this.web = HttpClients.direct(trust.manager());
        this.credentials = credentials;
    }

    /**
     * Begins a piece of work with one of them; nothing is sent yet.
     *
     * @param address its address, with a port where it is not that of HTTPS
     * @param deadline for the whole work
     * @throws IOException when that is no address; the message names it
     */
    public RedfishClient open(String address, Duration deadline) throws IOException {
        URI base;
        try {
            base = URI.create("https://" + address);
        } catch (IllegalArgumentException e) {
            throw new IOException("\"" + address + "\" is no address of a BMC", e);
        }
        if (base.getHost() == null) {
            throw new IOException("\"" + address + "\" is no address of a BMC");
        }
        return new RedfishClient(web, base, credentials, deadline);
    }

    @Override
    public void close() {
        web.close();
    }
}
