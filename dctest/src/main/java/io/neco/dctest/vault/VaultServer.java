package io.neco.dctest.vault;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.neco.dctest.etcd.EtcdStorage;
import io.neco.dctest.storage.MemoryStorage;
import io.neco.dctest.storage.Storage;
import io.neco.dctest.storage.StorageException;
import io.neco.dctest.tls.ServerTls;
import io.neco.dctest.tls.TlsContexts;
import io.neco.dctest.vault.client.ApiClient;
import io.neco.dctest.vault.config.ServerConfig;
import io.neco.dctest.vault.core.Core;
import io.neco.dctest.vault.http.Front;
import io.neco.dctest.vault.pki.RsaKeys;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** A running server: listener, state and storage. Tests start it in their own process, the command line in one of its own. */
public final class VaultServer implements Closeable {
    private static final int THREADS = 16;
    private static final int BACKLOG = 128;
    /** In development mode a set-up follows that needs a dozen keys: three authorities, nine certificates. */
    private static final int KEYS_IN_ADVANCE = 12;

    private final HttpServer listener;
    private final ThreadPoolExecutor workers;
    private final Core core;
    private final Thread helper;
    private final Optional<ServerTls> tls;

    private VaultServer(
            HttpServer listener, ThreadPoolExecutor workers, Core core, Thread helper, Optional<ServerTls> tls) {
        this.listener = listener;
        this.workers = workers;
        this.core = core;
        this.helper = helper;
        this.tls = tls;
    }

    /**
     * Listens and answers. The storage is used first when somebody asks for something that is in it, so that the
     * server starts, sealed, even while etcd does not answer.
     *
     * @param stdout where audit devices of that name write
     * @param log takes lines for the operator, without secrets
     * @throws IOException if a certificate cannot be used or the address cannot be listened on
     */
    public static VaultServer start(ServerConfig config, Clock clock, PrintStream stdout, Consumer<String> log)
            throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        SecureRandom random = new SecureRandom();
        Storage storage = storage(config);
        RsaKeys keys = new RsaKeys();
        Core core = new Core(config, storage, clock, random, stdout, log, keys);
        ThreadPoolExecutor workers = workers();
        try {
            Optional<ServerTls> tls = config.listenerTls().isPresent()
                    ? Optional.of(new ServerTls(config.listenerTls().get()))
                    : Optional.empty();
            HttpServer listener = listener(config, tls);
            Path trust = config.etcd().flatMap(ServerConfig.Etcd::trust).orElse(TlsContexts.SYSTEM_BUNDLE);
            listener.createContext("/", new Front(core, new ApiClient(trust, true), log));
            listener.setExecutor(workers);
            config.development().ifPresent(development -> core.startDevelopment(development.rootToken()));
            listener.start();
            Thread helper = config.development().isPresent()
                    ? helper("rsa-keys", () -> keys.prepare(KEYS_IN_ADVANCE))
                    : helper("first-look", () -> firstLook(core));
            return new VaultServer(listener, workers, core, helper, tls);
        } catch (IOException e) {
            workers.shutdownNow();
            core.close();
            throw e;
        }
    }

    /** Connects to the storage while the first client still starts; whoever asks next reports a failure. */
    private static void firstLook(Core core) {
        try {
            core.isInitialised();
        } catch (StorageException e) {
            return;
        }
    }

    private static Thread helper(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static Storage storage(ServerConfig config) throws IOException {
        if (config.etcd().isEmpty()) {
            return new MemoryStorage();
        }
        ServerConfig.Etcd etcd = config.etcd().get();
        boolean secure = etcd.endpoints().stream().anyMatch(uri -> "https".equals(uri.getScheme()));
        Optional<SSLContext> tls = secure
                ? Optional.of(TlsContexts.client(etcd.client(), etcd.trust().orElse(TlsContexts.SYSTEM_BUNDLE)))
                : Optional.empty();
        return new EtcdStorage(etcd.endpoints(), tls, etcd.path(), etcd.highAvailability());
    }

    private static HttpServer listener(ServerConfig config, Optional<ServerTls> tls) throws IOException {
        if (tls.isEmpty()) {
            return HttpServer.create(config.address(), BACKLOG);
        }
        HttpsServer listener = HttpsServer.create(config.address(), BACKLOG);
        listener.setHttpsConfigurator(new HttpsConfigurator(tls.get().context()));
        return listener;
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

    /** Where it listens, with the real port when 0 was asked for. */
    public InetSocketAddress address() {
        return listener.getAddress();
    }

    /**
     * What a Vault does that gets the signal HUP, as far as it concerns the stand-in: its listener shows the certificate that is in the
     * file now.
     *
     * @throws IOException if that cannot be used; the former one stays
     */
    public void reload() throws IOException {
        if (tls.isPresent()) {
            tls.get().reread();
        }
    }

    /** The server's state. */
    public Core core() {
        return core;
    }

    /** Gives leadership away at once, seals, and stops listening. */
    @Override
    public void close() {
        helper.interrupt();
        core.close();
        listener.stop(0);
        workers.shutdownNow();
    }
}
