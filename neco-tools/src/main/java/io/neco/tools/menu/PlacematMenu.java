package io.neco.tools.menu;

import io.neco.artifact.ArtifactSet;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.tools.Tool;
import io.neco.tools.menu.DataCentreFiles.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code placemat-menu}; see docs/placemat-menu.md. Source: pkg/placemat-menu at 1eec387. */
@Command(
        name = "placemat-menu",
        usageHelpAutoWidth = true,
        sortOptions = false,
        description =
                "Plans a virtual data centre from a short description and writes what placemat, BIRD, squid, chrony and sabakan need.",
        footer = {"", "Status: 0 done; 1 failed, and no file was changed unless the message says so."})
public final class PlacematMenu implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final Pattern KEY = Pattern.compile("[a-z0-9@.-]+ [A-Za-z0-9+/=]+( [^\"\\\\\\p{Cntrl}]*)?");

    @Option(
            names = "-f",
            required = true,
            paramLabel = "MENU",
            description = "the description, e.g. dctest/menu/menu.yml")
    private Path menu = Path.of("");

    @Option(
            names = "-o",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "where the files go; the directory must exist (default: ${DEFAULT-VALUE})")
    private Path output = Path.of("");

    @Option(
            names = "--authorized-key",
            paramLabel = "FILE",
            description =
                    "the public SSH key that may log in: fills {{.AuthorizedKey}} of cloud-init templates, and is put on the NTP"
                            + " server")
    private @Nullable Path authorizedKey;

    /** Entry point. */
    public static void main(String[] arguments) {
        new Tool(new PlacematMenu(), FAILED).runAndExit(arguments);
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(output)) {
            throw new IOException("the output directory " + output + " does not exist");
        }
        Path directory = output.toAbsolutePath().normalize();
        Optional<String> key = authorizedKey == null ? Optional.empty() : Optional.of(readKey(authorizedKey));
        DataCentre dataCentre = DataCentre.of(MenuReader.read(menu));
        String chrony = ArtifactSet.builtIn().image("chrony").fullName();
        List<OutputFile> files = new ArrayList<>(new DataCentreFiles(dataCentre, chrony, key).all());
        String sabakan = directory.resolve("sabakan").toString();
        // last, so that whoever waits for it finds the others
        files.add(new OutputFile("cluster.yml", new ClusterFile(dataCentre, sabakan).text(), FileMode.WORLD_READABLE));
        HostFiles host = new HostFiles(HostRoot.system());
        for (OutputFile file : files) {
            host.write(directory.resolve(file.name()).toString(), file.text(), file.mode());
        }
        return 0;
    }

    private static String readKey(Path file) throws IOException {
        String key;
        try {
            key = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException("the public key " + file + " cannot be read: " + e, e);
        }
        if (!KEY.matcher(key).matches()) {
            throw new IOException(
                    "the file " + file + " must hold one public SSH key such as \"ssh-ed25519 AAAA… name\"");
        }
        return key;
    }
}
