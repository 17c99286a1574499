package io.neco.worker;

import io.neco.container.RegistryCredential;
import io.neco.worker.step.Settings;
import java.util.Optional;

/** The settings last taken up, for whoever needs them at a later time. */
final class CurrentSettings {
    private volatile Settings settings =
            new Settings("none", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    void set(Settings changed) {
        settings = changed;
    }

    /** User and password for private images; empty unless both are set. */
    Optional<RegistryCredential> quay() {
        Settings now = settings;
        return now.quayUsername()
                .flatMap(user -> now.quayPassword().map(password -> new RegistryCredential(user, password)));
    }
}
