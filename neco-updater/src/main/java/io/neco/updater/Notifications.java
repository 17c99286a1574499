package io.neco.updater;

import io.neco.http.HttpClients;
import io.neco.notify.Notification;
import io.neco.notify.Notifier;
import io.neco.notify.SlackNotifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whom the settings want to be notified. */
final class Notifications implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Notifications.class);

    private record Target(Optional<String> slack, Optional<String> proxy) {}

    private final Supplier<String> clusterName;
    /** Replaced, but perhaps still in use; closed by who sends. */
    private final List<Notifier> former = new ArrayList<>();

    private Target target = new Target(Optional.empty(), Optional.empty());
    private Notifier notifier = new Notifier.None();

    /** @param clusterName asked when there is somebody to notify */
    Notifications(Supplier<String> clusterName) {
        this.clusterName = clusterName;
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
        former.add(notifier);
        target = wanted;
        notifier = made;
    }

    /** Whether there is anybody to notify. */
    synchronized boolean isWanted() {
        return !(notifier instanceof Notifier.None);
    }

    /** Notifies, within a few seconds; nobody to notify is a success. One thread at a time may do so. */
    void send(Notification notification) throws IOException, InterruptedException {
        current().send(notification);
    }

    private synchronized Notifier current() {
        former.forEach(Notifier::close);
        former.clear();
        return notifier;
    }

    @Override
    public synchronized void close() {
        current().close();
    }
}
