package io.neco.store;

import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The reads of the schema over any way of reading ranges; source: storage/ at 1eec387, docs/etcd-schema.md. */
abstract class SchemaReader implements NecoReader {
    private static final int SNAPSHOT_ATTEMPTS = 3;

    /**
     * A linearizable read.
     *
     * @throws StoreException when it fails; {@link CompactedException} when the revision asked for is gone
     */
    abstract KeyValues range(KeyRange range);

    @Override
    public long revision() {
        return range(KeyRange.of(SchemaKeys.REQUEST).withoutValues()).revision();
    }

    @Override
    public Snapshot snapshot() {
        for (int attempt = 1; ; attempt++) {
            try {
                return snapshotOnce();
            } catch (CompactedException e) {
                // somebody compacted between our reads; the next first read is newer than that
                if (attempt == SNAPSHOT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Snapshot snapshotOnce() {
        KeyValues first = range(KeyRange.of(SchemaKeys.REQUEST));
        long revision = first.revision();
        List<Integer> servers = new ArrayList<>();
        for (KeyValues.Entry entry : range(
                        KeyRange.under(SchemaKeys.BOOT_SERVERS).withoutValues().at(revision))
                .entries()) {
            servers.add(ValueCodec.lrn(entry.key(), SchemaKeys.BOOT_SERVERS));
        }
        String latest =
                text(range(KeyRange.of(SchemaKeys.NECO_RELEASE).at(revision))).orElse("");
        Map<Integer, UpdateStatus> statuses =
                statuses(range(KeyRange.under(SchemaKeys.STATUSES).at(revision)));
        return new Snapshot(revision, request(first), statuses, latest, servers);
    }

    @Override
    public CurrentRequest currentRequest() {
        KeyValues answer = range(KeyRange.of(SchemaKeys.REQUEST));
        long modRevision = answer.entries().stream()
                .mapToLong(KeyValues.Entry::modRevision)
                .findFirst()
                .orElse(0);
        return new CurrentRequest(request(answer), modRevision, answer.revision());
    }

    @Override
    public Map<Integer, UpdateStatus> statuses() {
        return statuses(range(KeyRange.under(SchemaKeys.STATUSES)));
    }

    @Override
    public Optional<ContentsUpdateStatus> contentsStatus(ContentsKey key) {
        return value(key.key(), entry -> ValueCodec.contents(entry.key(), entry.value()));
    }

    @Override
    public List<Integer> finished(int stage) {
        List<Integer> lrns = new ArrayList<>();
        for (KeyValues.Entry entry : range(KeyRange.under(SchemaKeys.FINISH)).entries()) {
            if (ValueCodec.stage(entry.key(), entry.value()) == stage) {
                lrns.add(ValueCodec.lrn(entry.key(), SchemaKeys.FINISH));
            }
        }
        return lrns;
    }

    @Override
    public String necoRelease() {
        return text(SchemaKeys.NECO_RELEASE).orElse("");
    }

    @Override
    public Optional<String> sshPublicKey() {
        return text(SchemaKeys.SSH_PUBLIC_KEY);
    }

    @Override
    public Installed installed(int lrn) {
        String containers = SchemaKeys.container(lrn, "");
        String debs = SchemaKeys.deb(lrn, "");
        Map<String, String> containerTags = new HashMap<>();
        Map<String, String> debReleases = new HashMap<>();
        for (KeyValues.Entry entry :
                range(KeyRange.under(SchemaKeys.install(lrn))).entries()) {
            if (entry.key().startsWith(containers)) {
                containerTags.put(entry.key().substring(containers.length()), entry.text());
            } else if (entry.key().startsWith(debs)) {
                debReleases.put(entry.key().substring(debs.length()), entry.text());
            }
        }
        return new Installed(containerTags, debReleases);
    }

    @Override
    public Optional<String> config(ConfigKey key) {
        return text(key.key());
    }

    @Override
    public Optional<String> proxy() {
        return value(ConfigKey.PROXY.key(), entry -> ValueCodec.proxy(entry.key(), entry.value()))
                .filter(address -> !address.isEmpty());
    }

    @Override
    public Optional<String> gitHubToken() {
        return value(ConfigKey.GITHUB_TOKEN.key(), entry -> ValueCodec.token(entry.key(), entry.value()))
                .flatMap(token -> token);
    }

    @Override
    public String environment() {
        return text(ConfigKey.ENV.key()).orElse(SchemaKeys.DEFAULT_ENVIRONMENT);
    }

    @Override
    public Duration checkUpdateInterval() {
        return nanoseconds(ConfigKey.CHECK_UPDATE_INTERVAL).orElse(SchemaKeys.DEFAULT_CHECK_INTERVAL);
    }

    @Override
    public Duration workerTimeout() {
        return nanoseconds(ConfigKey.WORKER_TIMEOUT).orElse(SchemaKeys.DEFAULT_WORKER_TIMEOUT);
    }

    private Optional<Duration> nanoseconds(ConfigKey key) {
        return value(key.key(), entry -> ValueCodec.nanoseconds(entry.key(), entry.value()));
    }

    @Override
    public Optional<String> secret(SecretKey key) {
        return text(key.key());
    }

    @Override
    public Optional<SortedMap<String, Double>> ckeWeights() {
        return value(SchemaKeys.CKE_WEIGHT, entry -> ValueCodec.weights(entry.key(), entry.value()));
    }

    private Optional<String> text(String key) {
        return value(key, KeyValues.Entry::text);
    }

    private <T> Optional<T> value(String key, Function<KeyValues.Entry, T> read) {
        return range(KeyRange.of(key)).entries().stream().findFirst().map(read);
    }

    private static Optional<String> text(KeyValues answer) {
        return answer.entries().stream().findFirst().map(KeyValues.Entry::text);
    }

    private static Optional<UpdateRequest> request(KeyValues answer) {
        return answer.entries().stream().findFirst().map(entry -> ValueCodec.request(entry.key(), entry.value()));
    }

    private static Map<Integer, UpdateStatus> statuses(KeyValues answer) {
        Map<Integer, UpdateStatus> statuses = new TreeMap<>();
        for (KeyValues.Entry entry : answer.entries()) {
            statuses.put(
                    ValueCodec.lrn(entry.key(), SchemaKeys.STATUSES), ValueCodec.status(entry.key(), entry.value()));
        }
        return statuses;
    }
}
