package io.neco.cli;

import io.neco.store.NecoReader;
import io.neco.store.SecretKey;
import java.io.IOException;
import java.util.Optional;

/** Shows secrets that operators ask for. */
final class Secrets {
    private Secrets() {}

    /** Prints a secret, or fails with what its absence means. */
    static int print(Surroundings surroundings, SecretKey key, String absence) throws IOException {
        try (NecoReader reader = surroundings.cluster().read()) {
            Optional<String> value = reader.secret(key);
            if (value.isEmpty()) {
                throw new IOException("not found: " + absence);
            }
            surroundings.out().println(value.get());
            return ExitCode.OK;
        }
    }
}
