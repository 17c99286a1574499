package io.neco.cli;

import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.sabakan.SabakanClient;
import io.neco.store.NecoStore;
import io.neco.store.SecretKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code neco bmc config set bmc-user}; source: pkg/neco/cmd/bmc_config_set_bmcuser.go at 1eec387. */
@Command(
        description = {
            "Stores the users of machines' BMCs, a JSON file as setup-hw reads it: in etcd for boot servers, and as asset",
            "bmc-user.json in this server's sabakan for nodes. May be repeated if sabakan does not take it."
        })
final class BmcUserSetCommand implements NecoCommand {
    private static final String ASSET = "bmc-user.json";
    private static final Duration STALL = Duration.ofSeconds(30);

    private final Surroundings surroundings;
    private final URI sabakan;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "the JSON file")
    private List<String> parameters = new ArrayList<>();

    BmcUserSetCommand(Surroundings surroundings) {
        this(surroundings, SabakanClient.LOCAL);
    }

    /** @param sabakan address of the sabakan that is given the asset */
    BmcUserSetCommand(Surroundings surroundings, URI sabakan) {
        this.surroundings = surroundings;
        this.sabakan = sabakan;
    }

    @Override
    public int run() throws IOException, InterruptedException {
        Path file = Path.of(Arguments.one(parameters));
        String text = read(file);
        try (NecoStore store = surroundings.cluster().open()) {
            store.putSecret(SecretKey.BMC_USER, text);
        }
        String user = surroundings.environment().getOrDefault("USER", "root");
        try (WebClient web = new HttpClients().local()) {
            new SabakanClient(web, sabakan, user, STALL).uploadAsset(ASSET, file, sent -> {});
            return ExitCode.OK;
        } catch (IOException e) {
            throw new IOException(
                    "etcd has the new BMC users, but sabakan has not (" + e.getMessage()
                            + "); run this again when it answers",
                    e);
        }
    }

    private static String read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + e, e);
        }
        BmcUsers.check(text, file.toString(), "nothing was stored");
        return text;
    }
}
