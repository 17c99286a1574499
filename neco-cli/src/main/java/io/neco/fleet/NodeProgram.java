package io.neco.fleet;

import io.neco.cke.Ckecli;
import io.neco.host.CommandResult;
import io.neco.sabakan.AssetStatus;
import io.neco.sabakan.Machine;
import io.neco.sabakan.SabakanClient;
import io.neco.setup.HostNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings files to nodes by sabakan, and runs a program of the nodes' container setup-hw on them.
 *
 * <p>Source: pkg/neco/cmd/apply-firmware.go at 1eec387.
 */
public final class NodeProgram {
    private static final Logger log = LoggerFactory.getLogger(NodeProgram.class);
    private static final String INTERFACE = "node0";
    private static final int LAST_WORDS = 2000;

    private final SabakanClient sabakan;
    private final Ckecli ckecli;
    private final HostNetwork network;

    /** By the name they have in sabakan, in the order they were given. */
    private final Map<String, Path> files;

    /**
     * Looks at the files; nothing is sent yet.
     *
     * @param sabakan where the nodes fetch the files from
     * @param ckecli runs the program on the nodes
     * @param network this host's addresses
     * @param files one or more files that are there and not empty, each with a name of its own
     * @throws IOException when a file is not as it must be; the message names it
     */
    public NodeProgram(SabakanClient sabakan, Ckecli ckecli, HostNetwork network, List<String> files)
            throws IOException {
        this.sabakan = sabakan;
        this.ckecli = ckecli;
        this.network = network;
        this.files = checked(files);
    }

    private static Map<String, Path> checked(List<String> names) throws IOException {
        Map<String, Path> files = new LinkedHashMap<>();
        for (String text : names) {
            Path file = Path.of(text);
            if (!Files.exists(file)) {
                throw new IOException("there is no file " + text);
            }
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw new IOException(text + " is no file that can be read");
            }
            if (Files.size(file) == 0) {
                throw new IOException(text + " is empty");
            }
            String name = String.valueOf(file.getFileName());
            if (files.put(name, file) != null) {
                throw new IOException("two files have the name " + name + ", which is also their name in sabakan");
            }
        }
        return files;
    }

    /**
     * Uploads the files to this boot server's sabakan.
     *
     * @return where nodes fetch them from, in the order they were given
     * @throws IOException when this host has no address for nodes, or sabakan does not take a file
     */
    public List<String> upload() throws IOException, InterruptedException {
        String address = nodeAddress();
        List<String> addresses = new ArrayList<>();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            AssetStatus status = sabakan.uploadAsset(file.getKey(), file.getValue(), sent -> {});
            String path = sabakan.assetAddress(file.getKey()).getRawPath();
            String url = "http://" + address + ":" + SabakanClient.LOCAL.getPort() + path;
            addresses.add(url);
            log.atInfo()
                    .addKeyValue("file", file.getValue().toString())
                    .addKeyValue("name", file.getKey())
                    .addKeyValue("id", status.id())
                    .addKeyValue("asset_url", url)
                    .log("asset uploaded");
        }
        return addresses;
    }

    private String nodeAddress() throws IOException {
        Optional<List<String>> addresses = network.addresses(INTERFACE);
        if (addresses.isEmpty()) {
            throw new IOException("this host has no network interface " + INTERFACE
                    + ", by whose address nodes would fetch the files; run this on a boot server");
        }
        return addresses.get().stream()
                .findFirst()
                .orElseThrow(() -> new IOException("the network interface " + INTERFACE + " has no IPv4 address"));
    }

    /**
     * Runs the program on nodes.
     *
     * @param program its name in the container, e.g. {@code setup-isoreboot}
     * @param addresses its arguments: what {@link #upload} returned
     * @param parallel how many nodes at a time
     * @param deadline how long it may take on a node
     * @param told given each result when it is there, by one thread at a time
     * @return a result for each machine, in their order
     */
    public List<MachineResult> run(
            String program,
            List<String> addresses,
            List<Machine> machines,
            int parallel,
            Duration deadline,
            Consumer<MachineResult> told)
            throws IOException, InterruptedException {
        List<String> remote = new ArrayList<>(List.of("docker", "exec", "setup-hw", program));
        remote.addAll(addresses);
        return MachineWork.run(
                machines,
                parallel,
                machine -> {
                    if (machine.ipv4().isEmpty()) {
                        return MachineResult.failed(machine, "it has no IPv4 address in sabakan");
                    }
                    CommandResult result = ckecli.ssh(machine.ipv4().get(0), remote, deadline);
                    return result.isSuccess()
                            ? MachineResult.ok(machine, "ok")
                            : MachineResult.failed(machine, complaint(result));
                },
                told);
    }

    private static String complaint(CommandResult result) {
        String said = (result.stdout().strip() + "\n" + result.stderr().strip()).strip();
        String last = said.length() > LAST_WORDS ? "…" + said.substring(said.length() - LAST_WORDS) : said;
        return "exit status " + result.exitCode() + (last.isEmpty() ? "" : ": " + last);
    }
}
