package io.neco.dctest.suite;

import java.util.Optional;

/**
 * One cluster for several suites in a row, since it takes minutes to set one up: each leaves three healthy boot servers to the next, and its
 * releases are newer than those of the suites before, by date and by number. A suite that runs alone has a cluster of its own.
 */
final class SharedCluster {
    private static boolean isShared;
    private static Optional<BootServers> present = Optional.empty();

    private SharedCluster() {}

    /** The suites from here to {@link #end} go on with what the one before has left. */
    static void begin() {
        isShared = true;
    }

    /** Removes the lab. */
    static void end() {
        isShared = false;
        present.ifPresent(SharedCluster::leave);
        present = Optional.empty();
    }

    /** A new lab whose boot servers are not set up. */
    static BootServers fresh() {
        BootServers servers = BootServers.fresh();
        present = Optional.of(servers);
        return servers;
    }

    /** Boot servers that are set up and take releases: those of the suite before if all is well with them, else new ones. */
    static BootServers running() {
        if (isShared && present.isPresent() && isWell(present.get())) {
            present.get().takeReleases();
            return present.get();
        }
        BootServers servers = BootServers.running();
        present = Optional.of(servers);
        return servers;
    }

    /** Is said by a suite that does not need its servers any more. */
    static void leave(BootServers servers) {
        if (!isShared) {
            servers.lab().downUnlessKept();
        }
    }

    private static boolean isWell(BootServers servers) {
        return servers.lab().exec("boot-0", "neco", "status", "--exit-code").succeeded();
    }
}
