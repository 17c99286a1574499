package io.neco.updater;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.HostRoot;
import io.neco.store.EtcdConfig;
import io.neco.store.EtcdStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** An updater on a thread of the test, with its own connection to etcd. */
final class RunningUpdater implements AutoCloseable {
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EtcdStore store;
    private final ReleaseSource releases;
    private final Notifications notifications = new Notifications(() -> "lab0");
    private final AtomicReference<Throwable> end = new AtomicReference<>();
    private final Thread thread;

    /** @param root where site.yml is looked for */
    RunningUpdater(EtcdConfig config, String hostName, Path root) {
        this(config, hostName, root, Clocks.of(Clock.systemUTC()));
    }

    RunningUpdater(EtcdConfig config, String hostName, Path root, Clocks clocks) {
        this.store = EtcdStore.open(config);
        this.releases = new EnvironmentReleases(new HostRoot(root), clocks.timeOfDay());
        Updater updater = new Updater(store, hostName, TIME_TO_LIVE, releases, notifications, clocks);
        this.thread = new Thread(
                () -> {
                    try {
                        updater.run();
                    } catch (Throwable e) {
                        end.set(e);
                    }
                },
                "updater-" + hostName);
        thread.start();
    }

    boolean isRunning() {
        return thread.isAlive();
    }

    /** Asks it to stop and waits until it has given everything up. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(thread.isAlive()).as("the updater has stopped").isFalse();
        notifications.close();
        releases.close();
        store.close();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }
}
