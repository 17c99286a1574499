package io.neco.updater;

import io.neco.notify.Notification;
import io.neco.store.LeaderKey;
import io.neco.store.LostLeadershipException;
import io.neco.store.NecoStore;
import io.neco.store.StoreException;
import io.neco.update.UpdateNotice;
import io.neco.update.UpdateRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people are to be told during one leadership, at least once and in order. It is in etcd before it is told, so that the next leader tells
 * what this one does not; and told by a thread of its own, so that a slow Slack does not hold up an update.
 */
final class Outbox implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** When nobody can be told for a very long time, the oldest are given up. */
    private static final int MOST_WAITING = 50;

    private static final long CLOSE_WAIT_MILLIS = 100;

    private final NecoStore store;
    private final LeaderKey leader;
    private final Notifications notifications;
    private final Thread thread;
    /** As in etcd, in the order it happened. */
    private final List<UpdateNotice> notices = new ArrayList<>();

    private boolean isKnown;
    private boolean isClosed;
    private boolean isHurried;

    Outbox(NecoStore store, LeaderKey leader, Notifications notifications, TermEvents events) {
        this.store = store;
        this.leader = leader;
        this.notifications = notifications;
        this.thread = new Thread(this::tell, "notifications");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ended, mistake) -> events.fail(mistake));
        thread.start();
    }

    /**
     * Reads what is there, unless that is known; what cannot be understood would stay for ever and is deleted.
     *
     * @throws LostLeadershipException when another updater leads
     */
    void refresh() {
        synchronized (this) {
            if (isKnown) {
                return;
            }
        }
        store.deleteMalformedNotices(leader);
        List<UpdateNotice> stored = store.notices();
        synchronized (this) {
            List<UpdateNotice> told =
                    notices.stream().filter(UpdateNotice::isTold).toList();
            notices.clear();
            stored.forEach(notice -> notices.add(told.contains(notice.told()) ? notice.told() : notice));
            isKnown = true;
            notifyAll();
        }
    }

    /** A write failed, so that it is not known what is there. */
    synchronized void doubt() {
        isKnown = false;
    }

    /** What has to be written along with a request; empty when there is nobody to tell. */
    List<UpdateNotice> owed(Proposal proposal) {
        return notifications.isWanted() ? List.of(proposal.notice()) : List.of();
    }

    /** What has been written is told. */
    synchronized void written(List<UpdateNotice> fresh) {
        notices.addAll(fresh);
        notifyAll();
    }

    /**
     * Notes that this leader waits for an update's workers, unless its beginning is noted: nobody is told of that of a retried update, nor again
     * of one the reference has begun, but the next leader has to know that their success is to be told.
     *
     * @throws StoreException when it is not known whether it is noted
     */
    void noteWatched(UpdateRequest request) {
        UpdateNotice begun =
                UpdateNotice.owed(UpdateNotice.Kind.BEGUN, request, "").told();
        synchronized (this) {
            if (!notifications.isWanted() || notices.stream().anyMatch(notice -> notice.isAbout(request))) {
                return;
            }
        }
        store.changeNotices(List.of(begun), List.of(), leader);
        written(List.of(begun));
    }

    /**
     * Notes the success of an update, unless that was done before.
     *
     * @param isWatched whether this leader has waited for its workers; of an update that others have led, only one that has been noted from its
     *     beginning is told
     * @throws StoreException when it is not known whether it is noted
     */
    void noteSuccess(UpdateRequest request, boolean isWatched) {
        UpdateNotice success = UpdateNotice.owed(UpdateNotice.Kind.SUCCEEDED, request, "");
        synchronized (this) {
            List<UpdateNotice> known =
                    notices.stream().filter(notice -> notice.isAbout(request)).toList();
            boolean isNoted = known.stream().anyMatch(notice -> notice.kind().isEnd());
            if (isNoted || (known.isEmpty() && !isWatched) || !notifications.isWanted()) {
                return;
            }
        }
        store.changeNotices(List.of(success), List.of(), leader);
        written(List.of(success));
    }

    /** Whom to tell has changed: what could not be told is tried again at once. */
    synchronized void hurry() {
        isHurried = true;
        notifyAll();
    }

    // ---- the telling thread

    private void tell() {
        Duration pause = FIRST_PAUSE;
        Optional<UpdateNotice> complained = Optional.empty();
        try {
            while (true) {
                UpdateNotice next = next();
                try {
                    send(next);
                    settle(next);
                    pause = FIRST_PAUSE;
                } catch (IOException e) {
                    if (!complained.equals(Optional.of(next))) {
                        log.atWarn().addKeyValue("error", e).log("failed to notify");
                        complained = Optional.of(next);
                    }
                    giveUpSome();
                    pause = rest(pause);
                    if (isClosed()) {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            log.trace("stopped", e);
        } catch (LostLeadershipException e) {
            log.atDebug().addKeyValue("error", e).log("the next leader will tell it again");
        }
    }

    /** Whatever a setting or a server makes of it: people who hear nothing are no reason to stop updating. */
    private void send(UpdateNotice notice) throws IOException, InterruptedException {
        try {
            notifications.send(notification(notice));
        } catch (RuntimeException e) {
            throw new IOException("unexpected failure: " + e, e);
        }
    }

    private synchronized UpdateNotice next() throws InterruptedException {
        while (true) {
            for (UpdateNotice notice : notices) {
                if (!notice.isTold()) {
                    return notice;
                }
            }
            if (isClosed) {
                throw new InterruptedException("closed");
            }
            wait();
        }
    }

    private synchronized Duration rest(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        while (!isHurried && !isClosed && end - System.nanoTime() > 0) {
            wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        Duration doubled = isHurried ? FIRST_PAUSE : pause.multipliedBy(2);
        isHurried = false;
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private void giveUpSome() throws InterruptedException {
        UpdateNotice oldest = next();
        long waiting;
        synchronized (this) {
            waiting = notices.stream().filter(notice -> !notice.isTold()).count();
        }
        if (waiting > MOST_WAITING) {
            log.atError()
                    .addKeyValue("version", oldest.request().version())
                    .addKeyValue("kind", oldest.kind().text())
                    .addKeyValue("text", oldest.message())
                    .log("nobody could be notified for too long, this is given up");
            settle(oldest);
        }
    }

    /** Notes that it was told, and forgets what nobody needs to know any more. */
    private void settle(UpdateNotice notice) throws InterruptedException {
        UpdateNotice told = notice.told();
        List<UpdateNotice> outdated;
        synchronized (this) {
            // what stands behind it is news, told or not
            outdated = notices.subList(0, Math.max(0, notices.indexOf(notice))).stream()
                    .filter(UpdateNotice::isTold)
                    .filter(other -> !other.isAbout(notice.request())
                            || (notice.kind().isEnd() && !other.kind().isEnd()))
                    .toList();
        }
        Duration pause = FIRST_PAUSE;
        while (!isWritten(told, outdated)) {
            pause = rest(pause);
            if (isClosed()) {
                throw new InterruptedException("closed");
            }
        }
        synchronized (this) {
            notices.removeAll(outdated);
            notices.replaceAll(other -> other.equals(notice) ? told : other);
        }
    }

    private boolean isWritten(UpdateNotice told, List<UpdateNotice> outdated) {
        try {
            store.changeNotices(List.of(told), outdated, leader);
            return true;
        } catch (LostLeadershipException e) {
            throw e;
        } catch (StoreException e) {
            log.atDebug().addKeyValue("error", e).log("cannot note yet that people were told");
            return false;
        }
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    private static Notification notification(UpdateNotice notice) {
        Notification.Kind kind = switch (notice.kind()) {
            case BEGUN -> Notification.Kind.INFO;
            case SUCCEEDED -> Notification.Kind.SUCCEEDED;
            case FAILED -> Notification.Kind.FAILURE;
        };
        return new Notification(kind, notice.request(), notice.message());
    }

    /** Gives what is to be told a moment, then ends; what is left is the next leader's. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
            notifyAll();
        }
        try {
            thread.join(CLOSE_WAIT_MILLIS);
            thread.interrupt();
            thread.join(CLOSE_WAIT_MILLIS);
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
