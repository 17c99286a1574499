package io.neco.cli;

import io.neco.store.NecoStore;
import io.neco.store.Snapshot;
import io.neco.update.Retry;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code neco retry}, which the reference does not have; see docs/update.md. */
@Command(
        description = {
            "Starts a stopped update again: the same version, on the same boot servers. For when the cause of the stop is mended;",
            "`neco status` tells it. What is done already is found done, what was uploaded is not uploaded again.",
            "With --completed also one that is completed: what a server has lost since, e.g. by a new installation, is installed again."
        })
final class RetryCommand implements NecoCommand {
    private static final int ATTEMPTS = 20;

    private final Surroundings surroundings;

    @Option(names = "--completed", description = "walk the steps of a completed update once more")
    private boolean isCompletedToo;

    RetryCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        try (NecoStore store = surroundings.cluster().open()) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Snapshot view = store.snapshot();
                UpdateRequest request = request(view);
                if (store.replaceRequest(request, view.revision())) {
                    tell(request, view);
                    return ExitCode.OK;
                }
            }
        }
        throw new IOException("cannot start the update again: the update request or the leading neco-updater changed "
                + ATTEMPTS + " times meanwhile; see `neco status` and try again");
    }

    private UpdateRequest request(Snapshot view) throws IOException {
        Retry retry = Retry.of(
                view.request(),
                view.statuses(),
                view.servers(),
                isCompletedToo,
                surroundings.clock().instant().atOffset(ZoneOffset.UTC));
        if (retry instanceof Retry.Again again) {
            return again.request();
        }
        throw new IOException(((Retry.Refused) retry).reason());
    }

    private void tell(UpdateRequest request, Snapshot view) {
        List<String> servers = request.servers().stream().map(String::valueOf).toList();
        surroundings
                .out()
                .println("boot servers " + String.join(", ", servers) + " start the update to " + request.version()
                        + " again; `neco status --watch` follows it");
        if (!view.latest().isEmpty() && !view.latest().equals(request.version())) {
            surroundings.out().println("version " + view.latest() + " follows when that is completed");
        }
    }
}
