package io.neco.store;

import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.StatusResponse;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.neco.host.HostFiles;
import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateNotice;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link NecoStore} on a real etcd cluster. Safe for use by several threads; closing it ends its watches, not its leaderships, which
 * are closed before it.
 */
public final class EtcdStore extends SchemaReader implements NecoStore {
    private static final Logger log = LoggerFactory.getLogger(EtcdStore.class);
    private static final int ATTEMPTS = 20;

    private final EtcdConnection connection;
    private final EtcdKeys keys;
    private final EtcdAdministration administration;
    private final OpenWatches watches = new OpenWatches();

    private EtcdStore(EtcdConnection connection) {
        this.connection = connection;
        this.keys = new EtcdKeys(connection.config().prefix());
        this.administration = new EtcdAdministration(connection);
    }

    /**
     * Connects to the cluster; returns when the first member has answered.
     *
     * @throws EtcdConfigException when the configuration or a file it names cannot be used
     * @throws StoreException when no member answers within the larger of ten seconds and the configured timeout
     */
    public static EtcdStore open(EtcdConfig config) {
        return open(config, Timing.standard(config.timeout()));
    }

    /** Connects to the cluster that {@code /etc/neco/config.yml} names; see {@link #open(EtcdConfig)}. */
    public static EtcdStore open(HostFiles files) {
        return open(NecoConfigFile.read(files));
    }

    static EtcdStore open(EtcdConfig config, Timing timing) {
        return new EtcdStore(EtcdConnection.open(config, timing));
    }

    @Override
    KeyValues range(KeyRange range) {
        String what = "read " + keys.nameSpace() + range.key() + " from etcd";
        RangeResponse answer = connection.repeatable(what, KVGrpc.getRangeMethod(), keys.range(range));
        List<KeyValues.Entry> entries = answer.getKvsList().stream()
                .map(kv -> new KeyValues.Entry(
                        keys.stripped(kv.getKey()), kv.getValue().toByteArray(), kv.getModRevision()))
                .toList();
        return new KeyValues(answer.getHeader().getRevision(), entries);
    }

    @Override
    public void putRequest(UpdateRequest request, LeaderKey guard) {
        putRequest(request, false, List.of(), guard);
    }

    @Override
    public void putReconfigureRequest(UpdateRequest request, LeaderKey guard) {
        putRequest(request, true, List.of(), guard);
    }

    @Override
    public void putRequest(UpdateRequest request, boolean isFresh, List<UpdateNotice> notices, LeaderKey guard) {
        List<RequestOp> writes = new ArrayList<>();
        writes.add(keys.putOp(SchemaKeys.REQUEST, ValueCodec.encode(request)));
        if (isFresh) {
            writes.add(keys.deletePrefixOp(SchemaKeys.STATUSES));
        }
        notices.forEach(notice -> writes.add(keys.putOp(SchemaKeys.notice(notice), ValueCodec.encode(notice))));
        guarded(
                "write the update request" + (isFresh ? " and delete all reports" : ""),
                guard,
                writes.toArray(new RequestOp[0]));
    }

    @Override
    public List<UpdateNotice> notices() {
        List<UpdateNotice> notices = new ArrayList<>();
        readNotices(notices::add, (key, error) -> {});
        notices.sort(Comparator.comparing(
                        (UpdateNotice notice) -> notice.request().startedAt().toInstant())
                .thenComparing(UpdateNotice::kind));
        return notices;
    }

    @Override
    public void deleteMalformedNotices(LeaderKey guard) {
        SortedMap<String, String> malformed = new TreeMap<>();
        readNotices(notice -> {}, (key, error) -> malformed.put(key, String.valueOf(error.getMessage())));
        if (!malformed.isEmpty()) {
            guarded(
                    "delete what people cannot be told",
                    guard,
                    malformed.keySet().stream().map(keys::deleteOp).toArray(RequestOp[]::new));
            malformed
                    .values()
                    .forEach(error -> log.atWarn()
                            .addKeyValue("error", error)
                            .log("people cannot be told of something, it is deleted"));
        }
    }

    private void readNotices(Consumer<UpdateNotice> understood, BiConsumer<String, MalformedValueException> malformed) {
        for (KeyValues.Entry entry : range(KeyRange.under(SchemaKeys.NOTICES)).entries()) {
            try {
                understood.accept(ValueCodec.notice(entry.key(), entry.value()));
            } catch (MalformedValueException e) {
                malformed.accept(entry.key(), e);
            }
        }
    }

    @Override
    public void changeNotices(List<UpdateNotice> written, List<UpdateNotice> deleted, LeaderKey guard) {
        List<RequestOp> writes = new ArrayList<>();
        written.forEach(notice -> writes.add(keys.putOp(SchemaKeys.notice(notice), ValueCodec.encode(notice))));
        deleted.forEach(notice -> writes.add(keys.deleteOp(SchemaKeys.notice(notice))));
        guarded("note what people are told", guard, writes.toArray(new RequestOp[0]));
    }

    @Override
    public void putStatus(int lrn, UpdateStatus status) {
        put(SchemaKeys.STATUSES + lrn, ValueCodec.encode(status));
    }

    @Override
    public boolean putStatus(int lrn, UpdateStatus status, long known) {
        return transact(
                        "report step " + status.step(),
                        List.of(keys.exists(SchemaKeys.REQUEST), keys.unmodifiedSince(SchemaKeys.REQUEST, known)),
                        keys.putOp(SchemaKeys.STATUSES + lrn, ValueCodec.encode(status)))
                .getSucceeded();
    }

    @Override
    public void clearStatusAndContents() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            CurrentRequest current = currentRequest();
            UpdateRequest request = current.request().orElseThrow(() -> new NotFoundException(SchemaKeys.REQUEST));
            if (!request.stop()) {
                throw new NotStoppedException();
            }
            TxnResponse answer = transact(
                    "clear the update",
                    List.of(keys.modifiedAt(SchemaKeys.REQUEST, current.modRevision())),
                    keys.deletePrefixOp(SchemaKeys.STATUS),
                    keys.deletePrefixOp(SchemaKeys.CONTENTS));
            if (answer.getSucceeded()) {
                return;
            }
        }
        throw new StoreException("cannot clear the update: " + SchemaKeys.REQUEST + " changed " + ATTEMPTS
                + " times meanwhile; try again");
    }

    @Override
    public boolean replaceRequest(UpdateRequest request, long known) {
        KeyValues updaters = range(KeyRange.under(ElectionName.UPDATER.prefix()).withoutValues());
        Optional<String> leader = updaters.entries().stream()
                .min(Comparator.comparingLong(KeyValues.Entry::modRevision))
                .map(KeyValues.Entry::key);
        List<Compare> conditions = new ArrayList<>(List.of(
                keys.exists(SchemaKeys.REQUEST),
                keys.unmodifiedSince(SchemaKeys.REQUEST, known),
                keys.noneModifiedSince(ElectionName.UPDATER.prefix(), updaters.revision())));
        List<RequestOp> writes = new ArrayList<>(List.of(
                keys.putOp(SchemaKeys.REQUEST, ValueCodec.encode(request)), keys.deletePrefixOp(SchemaKeys.STATUSES)));
        leader.ifPresent(key -> {
            conditions.add(keys.exists(key));
            writes.add(keys.deleteOp(key));
        });
        for (ContentsKey key : ContentsKey.values()) {
            if (hasFailed(key)) {
                writes.add(keys.deleteOp(key.key()));
            }
        }
        return transact("write the update request anew", conditions, writes.toArray(RequestOp[]::new))
                .getSucceeded();
    }

    /** What cannot be understood has failed whoever had to read it. */
    private boolean hasFailed(ContentsKey key) {
        try {
            return contentsStatus(key).filter(status -> !status.success()).isPresent();
        } catch (MalformedValueException e) {
            return true;
        }
    }

    @Override
    public void putContentsStatus(ContentsKey key, ContentsUpdateStatus status, LeaderKey guard) {
        guarded("write " + key.key(), guard, keys.putOp(key.key(), ValueCodec.encode(status)));
    }

    @Override
    public void putNecoRelease(String version, LeaderKey guard) {
        guarded("write " + SchemaKeys.NECO_RELEASE, guard, keys.putOp(SchemaKeys.NECO_RELEASE, version));
    }

    @Override
    public void registerBootServer(int lrn) {
        put(SchemaKeys.BOOT_SERVERS + lrn, "");
    }

    @Override
    public void deleteBootServer(int lrn) {
        deleteBootServer(lrn, Set.of());
    }

    @Override
    public boolean deleteBootServer(int lrn, Set<Integer> staying) {
        String key = SchemaKeys.BOOT_SERVERS + lrn;
        TxnResponse answer = transact(
                "unregister boot server " + lrn,
                staying.stream()
                        .map(other -> keys.exists(SchemaKeys.BOOT_SERVERS + other))
                        .toList(),
                keys.deleteOp(key),
                keys.deletePrefixOp(SchemaKeys.install(lrn)));
        if (!answer.getSucceeded()) {
            return false;
        }
        if (answer.getResponses(0).getResponseDeleteRange().getDeleted() == 0) {
            throw new NotFoundException(key);
        }
        return true;
    }

    @Override
    public void putSshPublicKey(String key) {
        put(SchemaKeys.SSH_PUBLIC_KEY, key);
    }

    @Override
    public void recordContainerTag(int lrn, String name, String tag) {
        put(SchemaKeys.container(lrn, name), tag);
    }

    @Override
    public void recordDebRelease(int lrn, String name, String release) {
        put(SchemaKeys.deb(lrn, name), release);
    }

    @Override
    public void finish(int lrn, int stage) {
        put(SchemaKeys.FINISH + lrn, Integer.toString(stage));
    }

    @Override
    public void putConfig(ConfigKey key, String value) {
        put(key.key(), value);
    }

    @Override
    public void putSecret(SecretKey key, String value) {
        put(key.key(), value);
    }

    @Override
    public void deleteSecret(SecretKey key) {
        connection.write(
                "delete " + key.key(),
                KVGrpc.getDeleteRangeMethod(),
                DeleteRangeRequest.newBuilder().setKey(keys.key(key.key())).build());
    }

    @Override
    public void putCkeWeights(SortedMap<String, Double> weights) {
        put(SchemaKeys.CKE_WEIGHT, ValueCodec.encode(weights));
    }

    @Override
    public void putCkeWeight(String role, double weight) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<KeyValues.Entry> stored =
                    range(KeyRange.of(SchemaKeys.CKE_WEIGHT)).entries().stream().findFirst();
            SortedMap<String, Double> weights = stored.map(entry -> ValueCodec.weights(entry.key(), entry.value()))
                    .orElseGet(TreeMap::new);
            weights.put(role, weight);
            TxnResponse answer = transact(
                    "write " + SchemaKeys.CKE_WEIGHT,
                    List.of(keys.modifiedAt(
                            SchemaKeys.CKE_WEIGHT,
                            stored.map(KeyValues.Entry::modRevision).orElse(0L))),
                    keys.putOp(SchemaKeys.CKE_WEIGHT, ValueCodec.encode(weights)));
            if (answer.getSucceeded()) {
                return;
            }
        }
        throw new StoreException("cannot store the weight of " + role + ": " + SchemaKeys.CKE_WEIGHT + " changed "
                + ATTEMPTS + " times meanwhile; try again");
    }

    private void put(String key, String value) {
        connection.write("write " + key, KVGrpc.getPutMethod(), keys.put(key, value));
    }

    private void guarded(String what, LeaderKey guard, RequestOp... writes) {
        if (!transact(what, List.of(keys.exists(guard.key())), writes).getSucceeded()) {
            throw new LostLeadershipException();
        }
    }

    private TxnResponse transact(String what, List<Compare> conditions, RequestOp... writes) {
        return connection.write(
                what,
                KVGrpc.getTxnMethod(),
                TxnRequest.newBuilder()
                        .addAllCompare(conditions)
                        .addAllSuccess(List.of(writes))
                        .build());
    }

    @Override
    public StoreWatch watch(Set<WatchTopic> topics, long fromRevision, Consumer<StoreEvent> consumer) {
        TopicEvents events = new TopicEvents(keys, topics, consumer);
        return watches.add(
                new ResumingWatch(connection, events.name(), events.first(), events.end(), fromRevision, events));
    }

    @Override
    public Leadership campaign(ElectionName election, String value, Duration timeToLive, Duration maxWait)
            throws InterruptedException {
        return new Campaign(connection, keys, election, value, timeToLive).run(maxWait);
    }

    @Override
    public List<Member> members() {
        return administration.members();
    }

    @Override
    public List<Member> addMember(String peerUrl) {
        return administration.addMember(peerUrl, false);
    }

    @Override
    public List<Member> addLearner(String peerUrl) {
        return administration.addMember(peerUrl, true);
    }

    @Override
    public void promoteMember(long id) {
        administration.promoteMember(id);
    }

    @Override
    public void removeMember(long id) {
        administration.removeMember(id);
    }

    @Override
    public MemberHealth health(String endpoint) {
        StatusResponse status = connection.status(endpoint);
        return new MemberHealth(
                endpoint,
                status.getVersion(),
                status.getHeader().getRevision(),
                status.getRaftIndex(),
                status.getRaftAppliedIndex(),
                status.getLeader(),
                status.getHeader().getMemberId());
    }

    @Override
    public List<UserPart> ensureUser(String name, Optional<String> keyPrefix) {
        return administration.ensureUser(name, keyPrefix);
    }

    @Override
    public void enableAuth() {
        administration.enableAuth();
    }

    /** Ends all watches and connections. */
    @Override
    public void close() {
        watches.close();
        connection.close();
    }

    /** Lets a role read and write everything below a prefix; for tests. */
    void grant(String role, String keyPrefix) {
        administration.grantKeys(role, keyPrefix);
    }

    /** The connection, for tests that need what the schema does not offer. */
    EtcdConnection connection() {
        return connection;
    }
}
