package io.neco.updater;

import io.neco.daemon.Outage;
import io.neco.http.Retry;
import io.neco.store.ElectionName;
import io.neco.store.Leadership;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands for election again and again, and leads when elected; source: updater/server.go at 1eec387. */
final class Updater {
    private static final Logger log = LoggerFactory.getLogger(Updater.class);
    private static final Duration AFTER_A_MISTAKE = Duration.ofSeconds(1);

    private final NecoStore store;
    private final String hostName;
    private final Duration timeToLive;
    private final ReleaseSource releases;
    private final Notifications notifications;
    private final Outage outage;
    private final Clocks clocks;

    /**
     * An updater.
     *
     * @param store etcd
     * @param hostName the candidate's value
     * @param timeToLive of the candidate's lease
     * @param releases where new releases come from
     * @param notifications whom to tell
     * @param clocks tell when an update takes too long
     */
    Updater(
            NecoStore store,
            String hostName,
            Duration timeToLive,
            ReleaseSource releases,
            Notifications notifications,
            Clocks clocks) {
        this.store = store;
        this.hostName = hostName;
        this.timeToLive = timeToLive;
        this.releases = releases;
        this.notifications = notifications;
        this.outage = new Outage(clocks.timeOfDay());
        this.clocks = clocks;
    }

    /** Runs until the thread is interrupted; the leadership, if any, is given up before the return. */
    void run() throws InterruptedException {
        while (true) {
            Leadership leadership;
            try {
                leadership = store.campaign(ElectionName.UPDATER, hostName, timeToLive, NecoStore.NO_LIMIT);
            } catch (StoreException e) {
                Retry.Pause.interruptible().rest(outage.failed(e));
                continue;
            }
            outage.over();
            lead(leadership);
        }
    }

    private void lead(Leadership leadership) throws InterruptedException {
        log.atInfo().addKeyValue("session", Long.toString(leadership.leaseId())).log("I am the leader");
        boolean isMistaken = false;
        try (leadership) {
            new Term(store, leadership, releases, notifications, outage, clocks).run();
        } catch (TermEndedException e) {
            log.atWarn().log("lost the leadership");
        } catch (StoreException e) {
            log.atError().addKeyValue("error", e).log("leadership ends because of an unexpected answer of etcd");
            isMistaken = true;
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("leadership ends because of a mistake in this program");
            isMistaken = true;
        }
        if (isMistaken) {
            Retry.Pause.interruptible().rest(AFTER_A_MISTAKE);
        }
    }
}
