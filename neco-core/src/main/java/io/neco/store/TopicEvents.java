package io.neco.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Turns etcd's events into the schema's. All topics are watched as one range that covers them, because etcd keeps the order of
 * revisions only within a range; what lies between the topics is dropped here.
 */
final class TopicEvents implements ResumingWatch.Listener {
    private final EtcdKeys keys;
    private final Set<WatchTopic> topics;
    private final Consumer<StoreEvent> consumer;

    TopicEvents(EtcdKeys keys, Set<WatchTopic> topics, Consumer<StoreEvent> consumer) {
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("nothing to watch");
        }
        this.keys = keys;
        this.topics = Set.copyOf(topics);
        this.consumer = consumer;
    }

    /** For threads and logs, e.g. {@code info+request}. */
    String name() {
        return topics.stream()
                .map(topic -> topic.name().toLowerCase(java.util.Locale.ROOT))
                .sorted()
                .collect(Collectors.joining("+"));
    }

    ByteString first() {
        return ranges().stream().map(r -> keys.key(r.key())).min(order()).orElseThrow();
    }

    ByteString end() {
        return ranges().stream()
                .map(r -> {
                    ByteString key = keys.key(r.key());
                    return r.prefix() ? EtcdKeys.prefixEnd(key) : key.concat(ByteString.copyFrom(new byte[1]));
                })
                .max(order())
                .orElseThrow();
    }

    private List<KeyRange> ranges() {
        return topics.stream()
                .map(topic -> switch (topic) {
                    case REQUEST -> KeyRange.of(SchemaKeys.REQUEST);
                    case STATUS -> KeyRange.under(SchemaKeys.STATUS);
                    case INFO -> KeyRange.under(SchemaKeys.INFO);
                    case CONFIG -> KeyRange.under(SchemaKeys.CONFIG);
                })
                .toList();
    }

    private static Comparator<ByteString> order() {
        return ByteString.unsignedLexicographicalComparator();
    }

    @Override
    public void event(Event event) {
        KeyValue kv = event.getKv();
        String key = keys.stripped(kv.getKey());
        boolean deleted = event.getType() == Event.EventType.DELETE;
        long revision = kv.getModRevision();
        Optional<StoreEvent> told;
        try {
            told = eventFor(key, kv, deleted);
        } catch (MalformedValueException e) {
            told = Optional.of(new StoreEvent.Malformed(revision, key, e));
        }
        told.ifPresent(consumer);
    }

    @Override
    public void missed(long revision) {
        consumer.accept(new StoreEvent.Missed(revision));
    }

    private Optional<StoreEvent> eventFor(String key, KeyValue kv, boolean deleted) {
        long revision = kv.getModRevision();
        boolean status = topics.contains(WatchTopic.STATUS);
        if (key.equals(SchemaKeys.REQUEST) && (status || topics.contains(WatchTopic.REQUEST))) {
            return Optional.of(new StoreEvent.RequestChanged(
                    revision,
                    deleted
                            ? Optional.empty()
                            : Optional.of(ValueCodec.request(key, kv.getValue().toByteArray()))));
        }
        if (key.startsWith(SchemaKeys.STATUSES) && status && deleted) {
            return Optional.of(new StoreEvent.StatusDeleted(revision, key));
        }
        if (key.startsWith(SchemaKeys.STATUSES) && status) {
            return Optional.of(new StoreEvent.StatusReported(
                    revision,
                    ValueCodec.lrn(key, SchemaKeys.STATUSES),
                    ValueCodec.status(key, kv.getValue().toByteArray())));
        }
        if (key.startsWith(SchemaKeys.INFO) && topics.contains(WatchTopic.INFO)) {
            return Optional.of(new StoreEvent.InfoChanged(revision, key));
        }
        if (key.startsWith(SchemaKeys.CONFIG) && topics.contains(WatchTopic.CONFIG)) {
            return Optional.of(new StoreEvent.ConfigChanged(revision, key));
        }
        return Optional.empty();
    }
}
