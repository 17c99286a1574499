package io.neco.cli;

import io.neco.fleet.Fleet;
import io.neco.host.HostFiles;
import io.neco.redfish.BmcCredentials;
import io.neco.redfish.BmcTrust;
import io.neco.sabakan.SabakanClient;
import io.neco.store.NecoReader;
import io.neco.store.SecretKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What commands need that speak to machines' management controllers. */
final class FleetOptions {
    /** The CA of the controllers' certificates, where the operator has one. */
    private static final String CA_FILE = "/etc/neco/bmc-ca.crt";

    private final Surroundings surroundings;
    private final URI sabakan;

    @Option(
            names = "--bmc-ca",
            paramLabel = "FILE",
            description = "CA that has signed the BMCs' certificates; without it and without " + CA_FILE
                    + " any certificate is accepted")
    private String caFile = "";

    FleetOptions(Surroundings surroundings) {
        this(surroundings, SabakanClient.LOCAL);
    }

    /** @param sabakan address of the sabakan that knows the machines */
    FleetOptions(Surroundings surroundings, URI sabakan) {
        this.surroundings = surroundings;
        this.sabakan = sabakan;
    }

    /** The machines. */
    Fleet open() {
        String user = surroundings.environment().getOrDefault("USER", "root");
        return new Fleet(sabakan, user, new Fleet.Access() {
            @Override
            public BmcCredentials credentials() throws IOException {
                return FleetOptions.this.credentials();
            }

            @Override
            public BmcTrust trust() throws IOException {
                HostFiles files = surroundings.files();
                return caFile.isEmpty()
                        ? BmcTrust.authorityOrAnything(files.path(CA_FILE))
                        : BmcTrust.authority(Path.of(caFile));
            }
        });
    }

    private BmcCredentials credentials() throws IOException {
        try (NecoReader reader = surroundings.cluster().read()) {
            return new BmcCredentials(
                    secret(reader, SecretKey.IPMI_USER, "ipmi-user"),
                    secret(reader, SecretKey.IPMI_PASSWORD, "ipmi-password"));
        }
    }

    private static String secret(NecoReader reader, SecretKey key, String name) throws IOException {
        return reader.secret(key)
                .orElseThrow(() -> new IOException("not found: " + name
                        + " for the BMCs is not set; set it with `neco bmc config set " + name + "`"));
    }
}
