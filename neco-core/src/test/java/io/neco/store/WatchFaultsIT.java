package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Faults of a watch that a real etcd shows too rarely to wait for: a server of our own plays them over a real connection. Each
 * stream follows one entry of the script; the last entry serves all further streams.
 */
class WatchFaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** A revision of the server whose events are not delivered yet. */
    private static final long AHEAD = 100;

    private final FaultyEtcd etcd = new FaultyEtcd();
    private final List<StoreEvent> events = new CopyOnWriteArrayList<>();
    private Server server;
    private EtcdStore store;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(etcd.watch())
                .addService(etcd.kv())
                .addService(etcd.maintenance())
                .build()
                .start();
        // the first call of a JVM on a busy machine
        Timing t = Timing.standard(Duration.ofSeconds(30));
        store = EtcdStore.open(
                new EtcdConfig(
                        List.of("http://127.0.0.1:" + server.getPort()),
                        "/neco/",
                        Duration.ofSeconds(2),
                        "",
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Timing(
                        t.connect(),
                        t.attempt(),
                        t.read(),
                        t.write(),
                        t.probe(),
                        t.fresh(),
                        Duration.ofMillis(100),
                        Duration.ofMillis(200),
                        Duration.ofMillis(100)));
    }

    @AfterEach
    void stop() {
        store.close();
        server.shutdownNow();
    }

    private void watchUntil(int count) {
        try (StoreWatch watch = store.watch(Set.of(WatchTopic.CONFIG), 5, events::add)) {
            await().atMost(PATIENCE).until(() -> events.size() >= count);
        }
    }

    private static void created(StreamObserver<WatchResponse> out) {
        out.onNext(WatchResponse.newBuilder()
                .setHeader(ResponseHeader.newBuilder().setRevision(AHEAD))
                .setCreated(true)
                .build());
    }

    private static void event(StreamObserver<WatchResponse> out, long... revisions) {
        WatchResponse.Builder response = WatchResponse.newBuilder();
        for (long revision : revisions) {
            response.addEvents(Event.newBuilder()
                    .setKv(KeyValue.newBuilder()
                            .setKey(ByteString.copyFromUtf8("/neco/config/env"))
                            .setModRevision(revision)));
        }
        out.onNext(response.build());
    }

    private List<Long> revisions() {
        return events.stream().map(StoreEvent::revision).toList();
    }

    @Test
    void resumesFromTheLastDeliveredRevisionAndNotFromTheServersRevision() {
        etcd.script((request, out) -> {
            created(out);
            event(out, 5, 6);
            out.onError(Status.UNAVAILABLE.asRuntimeException());
        });
        etcd.script((request, out) -> {
            created(out);
            out.onError(Status.UNAVAILABLE.asRuntimeException());
        });
        etcd.script((request, out) -> {
            created(out);
            event(out, 7);
        });

        watchUntil(3);

        assertThat(revisions()).containsExactly(5L, 6L, 7L);
        assertThat(etcd.startRevisions.subList(0, 3)).containsExactly(5L, 7L, 7L);
    }

    /** Some versions of etcd tell in a sign of life a revision whose events are still on their way. */
    @Test
    void resumesFromTheLastDeliveredRevisionAlthoughASignOfLifeRanAhead() {
        etcd.endsAfterProgress = true;
        etcd.script((request, out) -> {
            created(out);
            event(out, 5);
        });
        etcd.script((request, out) -> {
            created(out);
            event(out, 6);
        });

        watchUntil(2);

        assertThat(revisions()).startsWith(5L, 6L);
        assertThat(etcd.startRevisions.subList(0, 2)).containsExactly(5L, 6L);
    }

    @Test
    void resumesAfterACleanEnd() {
        etcd.script((request, out) -> {
            created(out);
            out.onCompleted();
        });
        etcd.script((request, out) -> {
            created(out);
            event(out, 5);
        });

        watchUntil(1);
    }

    @Test
    void resumesAfterAnErrorWithoutDescription() {
        for (Status status : List.of(Status.UNKNOWN, Status.INTERNAL, Status.CANCELLED, Status.RESOURCE_EXHAUSTED)) {
            etcd.script((request, out) -> out.onError(status.asRuntimeException()));
        }
        etcd.script((request, out) -> {
            created(out);
            event(out, 5);
        });

        watchUntil(1);
    }

    @Test
    void resumesWhenTheWatchIsNeverConfirmed() {
        etcd.script((request, out) -> {});
        etcd.script((request, out) -> {
            created(out);
            event(out, 5);
        });

        watchUntil(1);
    }

    @Test
    void resumesWhenAConfirmedWatchFallsSilent() {
        etcd.answersProgress = false;
        etcd.script((request, out) -> {
            created(out);
            event(out, 5);
        });
        etcd.script((request, out) -> {
            created(out);
            event(out, 6);
        });

        watchUntil(2);

        assertThat(revisions()).startsWith(5L, 6L);
    }

    @Test
    void resumesWhenAReadShowsAnEventThatWasNeverDelivered() {
        etcd.newest = 9;
        etcd.script((request, out) -> {
            created(out);
            event(out, 5);
        });
        etcd.script((request, out) -> {
            created(out);
            event(out, 9);
        });

        watchUntil(2);

        assertThat(revisions()).containsExactly(5L, 9L);
        assertThat(etcd.startRevisions.subList(0, 2)).containsExactly(5L, 6L);
    }

    @Test
    void dropsEventsItHasAlreadyDelivered() {
        etcd.script((request, out) -> {
            created(out);
            event(out, 5, 6, 6);
            event(out, 5);
            event(out, 6, 7);
        });

        watchUntil(4);

        assertThat(revisions()).containsExactly(5L, 6L, 6L, 7L);
    }

    @Test
    void reportsACompactionAndGoesOnAfterIt() {
        etcd.script((request, out) -> out.onNext(WatchResponse.newBuilder()
                .setHeader(ResponseHeader.newBuilder().setRevision(20))
                .setCanceled(true)
                .setCompactRevision(15)
                .build()));
        etcd.script((request, out) -> {
            created(out);
            event(out, 21);
        });

        watchUntil(2);

        assertThat(events.get(0)).isEqualTo(new StoreEvent.Missed(20));
        assertThat(etcd.startRevisions.subList(0, 2)).containsExactly(5L, 21L);
    }

    @Test
    void keepsTryingAfterARefusal() {
        for (int i = 0; i < 3; i++) {
            etcd.script((request, out) -> out.onNext(WatchResponse.newBuilder()
                    .setCreated(true)
                    .setCanceled(true)
                    .setCancelReason("etcdserver: permission denied")
                    .build()));
        }
        etcd.script((request, out) -> {
            created(out);
            event(out, 5);
        });

        watchUntil(1);
    }

    /** Plays a script. */
    private static final class FaultyEtcd {
        private final Queue<BiConsumer<WatchRequest, StreamObserver<WatchResponse>>> script = new ArrayDeque<>();
        private final List<Long> startRevisions = new CopyOnWriteArrayList<>();
        private volatile boolean answersProgress = true;
        /** Whether the stream breaks right after its next sign of life. */
        private volatile boolean endsAfterProgress;

        private volatile long newest;

        synchronized void script(BiConsumer<WatchRequest, StreamObserver<WatchResponse>> stream) {
            script.add(stream);
        }

        private synchronized void play(WatchRequest request, StreamObserver<WatchResponse> out) {
            startRevisions.add(request.getCreateRequest().getStartRevision());
            (script.size() > 1 ? script.remove() : script.element()).accept(request, out);
        }

        WatchGrpc.WatchImplBase watch() {
            return new WatchGrpc.WatchImplBase() {
                @Override
                public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> out) {
                    return new StreamObserver<>() {
                        @Override
                        public void onNext(WatchRequest request) {
                            if (request.hasCreateRequest()) {
                                play(request, out);
                            } else if (request.hasProgressRequest() && answersProgress) {
                                out.onNext(WatchResponse.newBuilder()
                                        .setHeader(ResponseHeader.newBuilder().setRevision(AHEAD))
                                        .setWatchId(-1)
                                        .build());
                                if (endsAfterProgress) {
                                    endsAfterProgress = false;
                                    out.onError(Status.UNAVAILABLE.asRuntimeException());
                                }
                            }
                        }

                        @Override
                        public void onError(Throwable t) {}

                        @Override
                        public void onCompleted() {}
                    };
                }
            };
        }

        KVGrpc.KVImplBase kv() {
            return new KVGrpc.KVImplBase() {
                @Override
                public void range(RangeRequest request, StreamObserver<RangeResponse> out) {
                    RangeResponse.Builder answer = RangeResponse.newBuilder();
                    if (newest >= request.getMinModRevision() && request.getMinModRevision() > 0) {
                        answer.addKvs(KeyValue.newBuilder().setModRevision(newest));
                    }
                    out.onNext(answer.build());
                    out.onCompleted();
                }
            };
        }

        MaintenanceGrpc.MaintenanceImplBase maintenance() {
            return new MaintenanceGrpc.MaintenanceImplBase() {
                @Override
                public void status(StatusRequest request, StreamObserver<StatusResponse> out) {
                    out.onNext(StatusResponse.getDefaultInstance());
                    out.onCompleted();
                }
            };
        }
    }
}
