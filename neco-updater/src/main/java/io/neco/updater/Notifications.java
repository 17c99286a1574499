package io.neco.updater;

import io.neco.http.HttpClients;
import io.neco.notify.Notification;
import io.neco.notify.Notifier;
import io.neco.notify.SlackNotifier;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends notifications one after the other on a thread of its own, so that a slow Slack does not hold up an update. */
final class Notifications implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Notifications.class);
    private static final int MOST_WAITING = 100;
    private static final long CLOSE_WAIT_MILLIS = 100;

    private record Target(Optional<String> slack, Optional<String> proxy) {}

    private final Supplier<String> clusterName;
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                Thread made = new Thread(task, "notifications");
                made.setDaemon(true);
                return made;
            });
    private Target target = new Target(Optional.empty(), Optional.empty());
    private Notifier notifier = new Notifier.None();

    /** @param clusterName asked when there is somebody to notify */
    Notifications(Supplier<String> clusterName) {
        this.clusterName = clusterName;
        thread.allowCoreThreadTimeOut(true);
    }

    /** Notifies whom the settings name from now on. */
    synchronized void configure(Settings settings) {
        Target wanted = new Target(settings.slack(), settings.proxy());
        if (wanted.equals(target)) {
            return;
        }
        Notifier made = new Notifier.None();
        try {
            if (settings.slack().isPresent()) {
                made = new SlackNotifier(
                        settings.slack().get(), clusterName.get(), new HttpClients().proxied(settings.proxy()));
            }
        } catch (IllegalArgumentException e) {
            log.atError().addKeyValue("error", e.getMessage()).log("nobody is notified");
        }
        Notifier old = notifier;
        target = wanted;
        notifier = made;
        submit(old::close);
    }

    /** Notifies soon; a failure is logged. */
    synchronized void send(Notification notification) {
        Notifier current = notifier;
        if (current instanceof Notifier.None) {
            return;
        }
        submit(() -> {
            try {
                current.send(notification);
            } catch (java.io.IOException e) {
                log.atWarn().addKeyValue("error", e).log("failed to notify");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void submit(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            log.atWarn()
                    .addKeyValue("error", "too many notifications are waiting")
                    .log("failed to notify");
        }
    }

    /** Gives a notification under way a moment, then ends. */
    @Override
    public synchronized void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
        notifier.close();
    }
}
