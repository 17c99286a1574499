package io.neco.updater;

import io.neco.daemon.Outage;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.store.StoreWatch;
import io.neco.store.WatchTopic;
import java.util.EnumSet;

/** One leadership, from the election to its loss: the update loop on the calling thread, the release checker beside it. */
final class Term {
    private final NecoStore store;
    private final Leadership leadership;
    private final ReleaseSource releases;
    private final Notifications notifications;
    private final Outage outage;
    private final Clocks clocks;

    Term(
            NecoStore store,
            Leadership leadership,
            ReleaseSource releases,
            Notifications notifications,
            Outage outage,
            Clocks clocks) {
        this.store = store;
        this.leadership = leadership;
        this.releases = releases;
        this.notifications = notifications;
        this.outage = outage;
        this.clocks = clocks;
    }

    /** Leads until the leadership is lost or the thread is interrupted; the leadership itself stays the caller's. */
    void run() throws InterruptedException, TermEndedException {
        TermEvents events = new TermEvents();
        var unused = leadership.lost().thenRun(events::end);
        long revision = revision(events);
        try (Outbox outbox = new Outbox(store, leadership.key(), notifications, events);
                ReleaseChecker checker =
                        new ReleaseChecker(store, leadership.key(), releases, clocks.timeOfDay(), events, outage);
                StoreWatch watch = store.watch(
                        EnumSet.of(WatchTopic.STATUS, WatchTopic.INFO, WatchTopic.CONFIG),
                        revision + 1,
                        events::accept)) {
            SettingsReader settings = new SettingsReader(store, events, outage, read -> {
                notifications.configure(read);
                outbox.hurry();
                checker.configure(read);
            });
            settings.load();
            new UpdateLoop(store, leadership.key(), events, settings, outbox, outage, clocks).run();
        }
    }

    private long revision(TermEvents events) throws InterruptedException, TermEndedException {
        while (true) {
            try {
                return store.revision();
            } catch (StoreException e) {
                events.pause(outage.failed(e));
            }
        }
    }
}
