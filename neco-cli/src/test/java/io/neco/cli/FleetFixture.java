package io.neco.cli;

import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.redfish.testing.TestBmc;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import io.neco.store.SecretKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One machine, {@code cs1}, and {@code neco} as a program for others' tests: run in this process, its output kept. */
public final class FleetFixture implements AutoCloseable {
    private final Path root;
    private final TestMachines sabakan = new TestMachines();
    private final TestBmc bmc = new TestBmc();
    private final ClusterHost host;

    /**
     * @param root the host's tree
     * @param config of the etcd that has the BMCs' password
     */
    public FleetFixture(Path root, EtcdConfig config) {
        this.root = root;
        this.host = new ClusterHost(root, config);
        try (EtcdStore store = host.store()) {
            store.putSecret(SecretKey.IPMI_USER, TestBmc.USER);
            store.putSecret(SecretKey.IPMI_PASSWORD, TestBmc.PASSWORD);
        }
        sabakan.add("cs1", "cs", 4, bmc.address(), "r640-cs-2");
    }

    /** The machine's BMC. */
    public TestBmc bmc() {
        return bmc;
    }

    /** Makes the machine a retiring one. */
    public void retire() {
        sabakan.nodes.get(0).state = "retiring";
    }

    /** Runs {@code neco}. */
    public CommandRunner commands() {
        return command -> {
            List<String> argv = command.argv();
            if (!argv.get(0).equals("neco")) {
                throw new IllegalArgumentException("not neco: " + argv);
            }
            Files.deleteIfExists(root.resolve("log"));
            FleetRun run = new FleetRun(root, host.neco(), sabakan.uri());
            int status = run.run(argv.subList(1, argv.size()).toArray(new String[0]));
            return new CommandResult(command, status, run.out(), run.complaint());
        };
    }

    @Override
    public void close() {
        bmc.close();
        sabakan.close();
    }
}
