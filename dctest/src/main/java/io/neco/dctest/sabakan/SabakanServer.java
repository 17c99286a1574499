package io.neco.dctest.sabakan;

import com.sun.net.httpserver.HttpServer;
import io.neco.dctest.etcd.EtcdEntries;
import io.neco.dctest.storage.Entries;
import io.neco.dctest.storage.StorageException;
import io.neco.dctest.tls.TlsContexts;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** A running server: listener, store, and a thread that keeps this server's files those of the index. */
public final class SabakanServer implements Closeable {
    /** What {@code /version} says. */
    public static final String VERSION = "2.13.0+stand-in";

    private static final int THREADS = 16;
    private static final int BACKLOG = 128;
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    private final HttpServer listener;
    private final ThreadPoolExecutor workers;
    private final Entries entries;
    private final Thread replicator;

    private SabakanServer(HttpServer listener, ThreadPoolExecutor workers, Entries entries, Thread replicator) {
        this.listener = listener;
        this.workers = workers;
        this.entries = entries;
        this.replicator = replicator;
    }

    /**
     * Listens and answers. The store is used first when somebody asks for something that is in it.
     *
     * @param log takes lines for the operator
     * @throws IOException if a certificate cannot be used or the address cannot be listened on
     */
    public static SabakanServer start(SabakanConfig config, Clock clock, Consumer<String> log) throws IOException {
        boolean secure = config.endpoints().stream().anyMatch(uri -> "https".equals(uri.getScheme()));
        Optional<SSLContext> tls =
                secure ? Optional.of(TlsContexts.client(config.client(), TlsContexts.SYSTEM_BUNDLE)) : Optional.empty();
        Entries entries = new EtcdEntries(config.endpoints(), tls, config.prefix());
        try {
            return start(config.listen(), config.advertiseUrl(), config.dataDirectory(), entries, clock, log);
        } catch (IOException e) {
            entries.close();
            throw e;
        }
    }

    /**
     * Listens and answers from a given store, which is closed with the server.
     *
     * @param advertiseUrl how other servers reach this one; empty for the address that is listened on
     */
    public static SabakanServer start(
            InetSocketAddress listen,
            String advertiseUrl,
            Path dataDirectory,
            Entries entries,
            Clock clock,
            Consumer<String> log)
            throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer listener = HttpServer.create(listen, BACKLOG);
        String url = advertiseUrl.isEmpty()
                ? "http://127.0.0.1:" + listener.getAddress().getPort()
                : advertiseUrl;
        Settings settings = new Settings(entries);
        Images images = new Images(entries, dataDirectory, url, clock);
        Assets assets = new Assets(entries, dataDirectory, url, clock);
        Machines machines = new Machines(entries, settings, clock);
        Front front = new Front(
                new Front.Model(
                        images,
                        assets,
                        new Ignitions(entries, settings),
                        machines,
                        new Crypts(entries, machines),
                        new Graphql(machines, clock),
                        settings),
                VERSION,
                log);
        ThreadPoolExecutor workers = workers();
        listener.createContext("/", front);
        listener.setExecutor(workers);
        listener.start();
        Puller puller = new Puller(url, log);
        Thread replicator = new Thread(() -> replicate(entries, images, assets, puller, log), "replicator");
        replicator.setDaemon(true);
        replicator.start();
        return new SabakanServer(listener, workers, entries, replicator);
    }

    private static void replicate(Entries entries, Images images, Assets assets, Puller puller, Consumer<String> log) {
        boolean failed = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                long revision = entries.revision();
                images.replicate(puller);
                assets.replicate(puller);
                failed = false;
                entries.awaitChange(revision, LOOK_AGAIN);
            } catch (StorageException | IOException e) {
                if (!failed) {
                    log.accept("error: cannot look for new files, will try on: " + e.getMessage());
                }
                failed = true;
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(AFTER_FAILURE.toNanos());
    }

    private static ThreadPoolExecutor workers() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor workers =
                new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "http-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }

    /** The port that is listened on. */
    public int port() {
        return listener.getAddress().getPort();
    }

    /** Stops listening; what is under way is dropped. */
    @Override
    public void close() {
        replicator.interrupt();
        listener.stop(0);
        workers.shutdownNow();
        entries.close();
    }
}
