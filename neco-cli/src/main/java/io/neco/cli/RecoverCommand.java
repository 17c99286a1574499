package io.neco.cli;

import io.neco.store.NecoStore;
import io.neco.store.NotFoundException;
import io.neco.store.NotStoppedException;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code neco recover}: forgets a stopped update, so that the updater makes a new one; source: pkg/neco/cmd/recover.go at 1eec387. */
@Command(
        description = {
            "Deletes request, reports and contents records of an update that was stopped. The leading updater then asks for a new",
            "update within seconds. Look at `neco status` first: the reason of the stop is gone afterwards."
        })
final class RecoverCommand implements NecoCommand {
    private final Surroundings surroundings;

    RecoverCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int run() throws IOException {
        try (NecoStore store = surroundings.cluster().open()) {
            store.clearStatusAndContents();
            return ExitCode.OK;
        } catch (NotFoundException e) {
            throw new IOException("not found: there is no update request, so there is nothing to recover from", e);
        } catch (NotStoppedException e) {
            throw new IOException(
                    "not stopped: the update is not marked as stopped; see `neco status`, and if it was aborted, whether"
                            + " neco-updater runs (it stops an aborted update)",
                    e);
        }
    }
}
