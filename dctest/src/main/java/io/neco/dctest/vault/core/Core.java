package io.neco.dctest.vault.core;

import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import io.neco.dctest.storage.LeaderLock;
import io.neco.dctest.storage.Storage;
import io.neco.dctest.storage.StorageException;
import io.neco.dctest.vault.config.ServerConfig;
import io.neco.dctest.vault.engine.ApiException;
import io.neco.dctest.vault.engine.EntryStore;
import io.neco.dctest.vault.pki.RsaKeys;
import io.neco.dctest.vault.seal.Barrier;
import io.neco.dctest.vault.seal.SealConfig;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server's state: uninitialised, sealed, standby or active; and the ways from one to the other. */
public final class Core implements Closeable {
    private static final String CLUSTER = "cluster";
    /** Of Vault 1.8 to 1.12, with status 500; later ones say it with status 400. */
    private static final String WRONG_KEY =
            "unable to retrieve stored keys: failed to decrypt keys from storage: cipher: message authentication failed";

    private final ServerConfig config;
    private final Storage storage;
    private final Clock clock;
    private final SecureRandom random;
    private final PrintStream auditOutput;
    private final Consumer<String> log;
    private final RsaKeys keys;

    private final List<byte[]> progress = new ArrayList<>();
    private String nonce = "";
    private volatile @Nullable SealConfig sealConfig;
    private volatile @Nullable Barrier barrier;
    private volatile @Nullable ActiveNode active;
    private volatile @Nullable Leadership leadership;
    private volatile Instant activeSince = Instant.EPOCH;
    private volatile Cluster cluster = new Cluster("", "");

    /**
     * @param auditOutput what audit devices call {@code stdout}
     * @param log takes lines for the operator, without secrets
     * @param keys where RSA keys come from
     */
    public Core(
            ServerConfig config,
            Storage storage,
            Clock clock,
            SecureRandom random,
            PrintStream auditOutput,
            Consumer<String> log,
            RsaKeys keys) {
        this.config = config;
        this.storage = storage;
        this.clock = clock;
        this.random = random;
        this.auditOutput = auditOutput;
        this.log = log;
        this.keys = keys;
    }

    /** Names of the cluster, known while unsealed. */
    public record Cluster(String name, String id) {}

    /**
     * What an initialisation gives out once and for all.
     *
     * @param shares of the unseal key
     */
    public record Initialised(List<byte[]> shares, String rootToken) {}

    /**
     * The seal.
     *
     * @param progress how many shares have been given so far
     * @param nonce names the attempt that is under way
     */
    public record SealStatus(
            boolean initialised, boolean sealed, int threshold, int shares, int progress, String nonce) {}

    /** The active server's addresses. */
    public record Leader(boolean self, String apiAddress, String clusterAddress) {}

    public ServerConfig config() {
        return config;
    }

    /** The name of the storage. */
    public String storageType() {
        return storage.type();
    }

    public Clock clock() {
        return clock;
    }

    public boolean isHighlyAvailable() {
        return storage.leaderLock().isPresent();
    }

    /** How the key is divided; empty while uninitialised. Asked only until the answer is there. */
    private Optional<SealConfig> sealConfig() {
        SealConfig known = sealConfig;
        if (known == null) {
            known = Barrier.config(storage).orElse(null);
            sealConfig = known;
        }
        return Optional.ofNullable(known);
    }

    public boolean isInitialised() {
        return sealConfig().isPresent();
    }

    public boolean isSealed() {
        return barrier == null;
    }

    /** The active part; empty on a sealed server and on a standby. */
    public Optional<ActiveNode> active() {
        return Optional.ofNullable(active);
    }

    public Instant activeSince() {
        return activeSince;
    }

    public Cluster cluster() {
        return cluster;
    }

    public synchronized SealStatus sealStatus() {
        Optional<SealConfig> seal = sealConfig();
        return new SealStatus(
                seal.isPresent(),
                isSealed(),
                seal.map(SealConfig::threshold).orElse(0),
                seal.map(SealConfig::shares).orElse(0),
                progress.size(),
                nonce);
    }

    /**
     * Makes the keys and the first token.
     *
     * @throws ApiException if it has been done before or the numbers make no sense
     */
    public synchronized Initialised initialise(int shares, int threshold, Optional<String> rootToken) {
        if (isInitialised()) {
            throw ApiException.badRequest("Vault is already initialized");
        }
        SealConfig seal;
        try {
            seal = new SealConfig(shares, threshold);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("invalid seal configuration: " + e.getMessage());
        }
        String[] token = new String[1];
        Optional<List<byte[]>> made = Barrier.initialise(storage, seal, random, fresh -> {
            token[0] = ActiveNode.prepare(fresh, clock, random, rootToken);
            byte[] suffix = new byte[4];
            random.nextBytes(suffix);
            new EntryStore(fresh, "core/")
                    .put(
                            CLUSTER,
                            Map.of(
                                    "name",
                                    "vault-cluster-" + HexFormat.of().formatHex(suffix),
                                    "id",
                                    UUID.randomUUID().toString()));
        });
        List<byte[]> result = made.orElseThrow(() -> ApiException.badRequest("Vault is already initialized"));
        log.accept("[INFO]  core: security barrier initialized: shares=" + shares + " threshold=" + threshold);
        return new Initialised(result, token[0]);
    }

    /**
     * Takes a share of the unseal key; with the last one that is needed, the server is unsealed.
     *
     * @throws ApiException if the server is not initialised, or the key is too short or too long (400), or is wrong (500)
     */
    public synchronized void unseal(byte[] share) {
        SealConfig seal = sealConfig().orElseThrow(() -> ApiException.badRequest("Vault is not initialized"));
        if (!isSealed()) {
            return;
        }
        if (share.length < Barrier.SHORTEST_SHARE) {
            throw invalidKey("key is shorter than minimum " + Barrier.SHORTEST_SHARE + " bytes");
        }
        if (share.length > Barrier.LONGEST_SHARE) {
            throw invalidKey("key is longer than maximum " + Barrier.LONGEST_SHARE + " bytes");
        }
        if (progress.stream().noneMatch(known -> Arrays.equals(known, share))) {
            progress.add(share.clone());
        }
        if (progress.size() < seal.threshold()) {
            nonce = nonce.isEmpty() ? UUID.randomUUID().toString() : nonce;
            return;
        }
        Optional<Barrier> result;
        try {
            result = Barrier.open(storage, progress, random);
        } catch (IllegalArgumentException e) {
            throw new ApiException(500, List.of(String.valueOf(e.getMessage())));
        } finally {
            resetUnseal();
        }
        Barrier opened = result.orElseThrow(() -> new ApiException(500, List.of(WRONG_KEY)));
        Fields names = new Fields(new EntryStore(opened, "core/").get(CLUSTER).orElse(Map.of()));
        cluster = new Cluster(names.text("name"), names.text("id"));
        barrier = opened;
        log.accept("[INFO]  core: vault is unsealed");
        Optional<LeaderLock> lock = storage.leaderLock();
        if (lock.isPresent()) {
            Leadership started =
                    new Leadership(lock.get(), advertisement(), () -> activate(opened), this::standBy, log);
            leadership = started;
            started.start();
        } else {
            activate(opened);
        }
    }

    private static ApiException invalidKey(String reason) {
        return ApiException.badRequest("invalid key: " + reason);
    }

    /** Forgets the shares given so far. */
    public synchronized void resetUnseal() {
        progress.forEach(share -> Arrays.fill(share, (byte) 0));
        progress.clear();
        nonce = "";
    }

    private void activate(Barrier opened) {
        active = new ActiveNode(opened, clock, random, keys, auditOutput);
        activeSince = clock.instant();
        log.accept("[INFO]  core: active operation started");
    }

    private void standBy() {
        active = null;
        log.accept("[INFO]  core: entering standby mode");
    }

    private byte[] advertisement() {
        return Json.bytes(Map.of("api_addr", config.apiAddress(), "cluster_addr", config.clusterAddress()));
    }

    /** The active server, if there is one. */
    public Optional<Leader> leader() {
        if (active != null) {
            return Optional.of(new Leader(true, config.apiAddress(), config.clusterAddress()));
        }
        if (isSealed()) {
            return Optional.empty();
        }
        return storage.leaderLock().flatMap(LeaderLock::holder).map(bytes -> {
            try {
                Fields fields = new Fields(Json.parseObject(bytes));
                return new Leader(false, fields.text("api_addr"), fields.text("cluster_addr"));
            } catch (IOException e) {
                throw new StorageException("the leader lock's value is no JSON object", e);
            }
        });
    }

    /** Gives leadership away; without other servers there is nobody to take it, and nothing happens. */
    public void stepDown() {
        Leadership current = leadership;
        if (current != null) {
            current.stepDown();
        }
    }

    /** Forgets the keys; leadership ends at once. */
    public synchronized void seal() {
        Leadership current = leadership;
        leadership = null;
        if (current != null) {
            current.close();
        }
        active = null;
        if (barrier != null) {
            barrier = null;
            log.accept("[INFO]  core: vault is sealed");
        }
        cluster = new Cluster("", "");
        resetUnseal();
    }

    /** Sets the development mode up: initialised, unsealed, with a versioned key-value store at {@code secret/}. */
    public void startDevelopment(String rootToken) {
        Initialised made = initialise(1, 1, Optional.of(rootToken));
        unseal(made.shares().get(0));
        active().orElseThrow()
                .mount("secret/", "kv-v2", "key/value secret storage", Duration.ZERO, Duration.ZERO, Map.of());
    }

    @Override
    public void close() {
        seal();
        storage.close();
    }
}
