package io.neco.updater;

import io.neco.daemon.Outage;
import io.neco.store.MalformedValueException;
import io.neco.store.NecoReader;
import io.neco.store.StoreEvent;
import io.neco.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings in force during one leadership, and who is told when they change. */
final class SettingsReader {
    private static final Logger log = LoggerFactory.getLogger(SettingsReader.class);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final NecoReader store;
    private final TermEvents events;
    private final Outage outage;
    private final Consumer<Settings> listener;
    private @Nullable Settings current;

    SettingsReader(NecoReader store, TermEvents events, Outage outage, Consumer<Settings> listener) {
        this.store = store;
        this.events = events;
        this.outage = outage;
        this.listener = listener;
    }

    Settings current() {
        Settings known = current;
        if (known == null) {
            throw new IllegalStateException("settings were not read yet");
        }
        return known;
    }

    /** Reads the settings for the first time; waits until they make sense. */
    void load() throws InterruptedException, TermEndedException {
        String lastComplaint = "";
        while (true) {
            try {
                adopt(read(reader -> Settings.first(reader, SettingsReader::tell)));
                return;
            } catch (MalformedValueException e) {
                if (!lastComplaint.equals(e.getMessage())) {
                    log.atError().addKeyValue("error", e).log("a setting makes no sense; waiting until it is repaired");
                }
                lastComplaint = String.valueOf(e.getMessage());
                Optional<StoreEvent> event = events.next(LOOK_AGAIN);
                log.atDebug().addKeyValue("event", event).log("reading the settings again");
            }
        }
    }

    /** Reads them again, because {@code key} changed; each one that makes no sense stays as it is in force, the others are taken up. */
    void reload(String key) throws InterruptedException, TermEndedException {
        Settings before = current();
        Settings read = read(reader -> before.changed(reader, SettingsReader::tell));
        log.atInfo().addKeyValue("key", key).log("detected config change");
        if (!read.equals(before)) {
            adopt(read);
        }
    }

    private static void tell(String goingOn, MalformedValueException why) {
        log.atError().addKeyValue("error", why).log(goingOn);
    }

    private void adopt(Settings read) {
        current = read;
        listener.accept(read);
    }

    private Settings read(Function<NecoReader, Settings> from) throws InterruptedException, TermEndedException {
        while (true) {
            try {
                Settings read = from.apply(store);
                outage.over();
                return read;
            } catch (MalformedValueException e) {
                throw e;
            } catch (StoreException e) {
                events.pause(outage.failed(e));
            }
        }
    }
}
