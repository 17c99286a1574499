package io.neco.fleet;

import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.redfish.BmcCredentials;
import io.neco.redfish.BmcTrust;
import io.neco.redfish.Controllers;
import io.neco.redfish.RedfishClient;
import io.neco.sabakan.Machine;
import io.neco.sabakan.SabakanClient;
import io.neco.sabakan.SabakanException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The machines of the data centre, as this boot server's sabakan knows them, and their management controllers. Thread-safe. */
public final class Fleet implements AutoCloseable {
    /** How long all that is said to one controller for one order may take. */
    public static final Duration ORDER_DEADLINE = Duration.ofSeconds(45);

    private static final String BOOT = "boot";
    private static final Duration UPLOAD_STALL = Duration.ofMinutes(2);

    /** Where user and password of the controllers are found, and which certificates they may have. */
    public interface Access {
        /** User and password. */
        BmcCredentials credentials() throws IOException;

        /** The certificates. */
        BmcTrust trust() throws IOException;
    }

    private final WebClient web = new HttpClients().local();
    private final SabakanClient sabakan;
    private final Access access;
    private @Nullable Controllers controllers;

    /**
     * Costs nothing until it is asked.
     *
     * @param sabakan sabakan's address, without a trailing slash
     * @param user who asks, for sabakan's log
     * @param access asked when the first controller is needed
     */
    public Fleet(URI sabakan, String user, Access access) {
        this.sabakan = new SabakanClient(web, sabakan, user, UPLOAD_STALL);
        this.access = access;
    }

    /** The sabakan of this boot server. */
    public SabakanClient sabakan() {
        return sabakan;
    }

    /**
     * One machine.
     *
     * @param name its serial number, or one of its addresses
     * @throws IOException when sabakan knows none or several of that name, or does not answer
     */
    public Machine find(String name) throws IOException, InterruptedException {
        MachineName machine = MachineName.of(name);
        List<Machine> found;
        try {
            found = sabakan.machines(machine.query());
        } catch (SabakanException e) {
            if (e.isNotFound()) {
                throw new IOException(
                        "machine is not found in sabakan: none has " + machine.words() + " (" + e.reason() + ")", e);
            }
            throw e;
        }
        if (found.size() != 1) {
            throw new IOException("machine is not found in sabakan: " + found.size() + " have " + machine.words());
        }
        return found.get(0);
    }

    /**
     * The machines that match, in the order of their racks.
     *
     * @param query conditions as sabakan names them; none: all machines
     * @throws IOException when none matches, or sabakan does not answer
     */
    public List<Machine> select(Map<String, String> query) throws IOException, InterruptedException {
        return sabakan.machines(query).stream()
                .sorted(java.util.Comparator.comparingInt(Machine::rack)
                        .thenComparingInt(Machine::indexInRack)
                        .thenComparing(Machine::serial))
                .toList();
    }

    /** Whether a machine is a boot server, which nothing is done to together with others. */
    public static boolean isBootServer(Machine machine) {
        return machine.role().equals(BOOT);
    }

    /** As {@link #select}, without boot servers. */
    public List<Machine> selectNodes(Map<String, String> query) throws IOException, InterruptedException {
        return select(query).stream().filter(machine -> !isBootServer(machine)).toList();
    }

    /** Reads what is needed to speak to controllers, so that its absence shows before anything is done. */
    public void prepareControllers() throws IOException {
        controllers();
    }

    /**
     * Begins an order to the controller of a machine.
     *
     * @param deadline for all that is said to it
     * @throws IOException when sabakan knows no controller of it, or there is no password
     */
    public RedfishClient controller(Machine machine, Duration deadline) throws IOException {
        if (machine.bmcIpv4().isEmpty()) {
            throw new IOException("machine " + machine.serial() + " has no BMC address in sabakan");
        }
        return controllers().open(machine.bmcIpv4(), deadline);
    }

    private synchronized Controllers controllers() throws IOException {
        Controllers known = controllers;
        if (known == null) {
            known = new Controllers(access.trust(), access.credentials());
            controllers = known;
        }
        return known;
    }

    @Override
    public synchronized void close() {
        if (controllers != null) {
            controllers.close();
        }
        web.close();
    }
}
