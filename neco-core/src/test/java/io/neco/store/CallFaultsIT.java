package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults of reads and writes that a real etcd shows too rarely to wait for: a server of our own plays them over a real connection. */
class CallFaultsIT {
    private static final String NO_SPACE = "etcdserver: mvcc: database space exceeded";
    private static final String UNKNOWN_OUTCOME =
            "; it may have been carried out all the same: look before you repeat it";

    private final FaultyEtcd etcd = new FaultyEtcd();
    private Server server;
    private EtcdStore store;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .intercept(etcd)
                .addService(etcd.kv())
                .addService(etcd.auth())
                .addService(etcd.maintenance())
                .build()
                .start();
        store = open("", "");
        store.environment();
    }

    private EtcdStore open(String user, String password) {
        // the first call of a JVM on a busy machine
        Timing t = Timing.standard(Duration.ofSeconds(30));
        return EtcdStore.open(
                new EtcdConfig(
                        List.of("http://127.0.0.1:" + server.getPort()),
                        "/neco/",
                        Duration.ofSeconds(2),
                        user,
                        password,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Timing(
                        t.connect(),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(1500),
                        Duration.ofSeconds(1),
                        t.probe(),
                        Duration.ofMinutes(1),
                        t.watchIdle(),
                        t.watchAnswer(),
                        t.watchCheck()));
    }

    @AfterEach
    void stop() {
        store.close();
        server.shutdownNow();
    }

    @Test
    void whatAMemberHasSaidToTheEndIsTheReason() {
        etcd.range = out -> out.onError(
                Status.UNAVAILABLE.withDescription("etcdserver: no leader").asRuntimeException());

        assertThatThrownBy(store::environment)
                .isInstanceOf(StoreTimeoutException.class)
                .hasMessageContaining("etcdserver: no leader")
                .hasMessageNotContaining("no answer in time");
    }

    @Test
    void anAttemptThatTheDeadlineCutsShortReplacesNoReason() {
        etcd.range = out -> {
            etcd.range = mute -> {};
            out.onError(
                    Status.UNAVAILABLE.withDescription("etcdserver: no leader").asRuntimeException());
        };

        assertThatThrownBy(store::environment)
                .isInstanceOf(StoreTimeoutException.class)
                .hasMessageContaining("etcdserver: no leader");
    }

    @Test
    void aMemberThatNeverAnswersIsSaidToBeSilent() {
        etcd.range = out -> {};

        assertThatThrownBy(store::environment)
                .isInstanceOf(StoreTimeoutException.class)
                .hasMessageContaining("no answer in time");
    }

    @Test
    void aWriteWhoseConnectionBreaksMayHaveBeenCarriedOut() {
        String url = store.connection().preferredMember().url();
        etcd.put = out -> server.shutdownNow();

        assertThatThrownBy(() -> store.putConfig(ConfigKey.ENV, "prod"))
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("cannot write config/env: etcd at " + url)
                .hasMessageEndingWith(UNKNOWN_OUTCOME);
    }

    @Test
    void aWriteThatIsNotAnsweredMayHaveBeenCarriedOut() {
        etcd.put = out -> {};

        assertThatThrownBy(() -> store.putConfig(ConfigKey.ENV, "prod"))
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("no answer in time")
                .hasMessageEndingWith(UNKNOWN_OUTCOME);
    }

    @Test
    void anInterruptedWriteMayHaveBeenCarriedOut() {
        Thread writer = Thread.currentThread();
        etcd.put = out -> writer.interrupt();

        assertThatThrownBy(() -> store.putConfig(ConfigKey.ENV, "prod"))
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("interrupted")
                .hasMessageEndingWith(UNKNOWN_OUTCOME);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aWriteThatIsRefusedWasNotCarriedOut() {
        etcd.put = out -> out.onError(Status.PERMISSION_DENIED
                .withDescription("etcdserver: permission denied")
                .asRuntimeException());

        assertThatThrownBy(() -> store.putConfig(ConfigKey.ENV, "prod"))
                .isExactlyInstanceOf(StoreException.class)
                .hasMessageNotContaining(UNKNOWN_OUTCOME);
    }

    @Test
    void aFullDatabaseIsNamedWithWhatToDo() {
        etcd.put = out ->
                out.onError(Status.RESOURCE_EXHAUSTED.withDescription(NO_SPACE).asRuntimeException());

        assertThatThrownBy(() -> store.putConfig(ConfigKey.ENV, "prod"))
                .isExactlyInstanceOf(StoreException.class)
                .hasMessageContaining(NO_SPACE)
                .hasMessageContaining("etcdctl alarm disarm")
                .hasMessageNotContaining(UNKNOWN_OUTCOME);
    }

    @Test
    void threadsWhoseTokenIsGoneLogInTogetherOnce() throws Exception {
        etcd.requiresToken = true;
        try (EtcdStore known = open("ops", "secret")) {
            known.environment();
            assertThat(etcd.logIns).hasValue(1);
            int callers = 4;
            etcd.forgetToken(callers);
            ExecutorService threads = Executors.newFixedThreadPool(callers);
            try {
                List<Future<String>> answers = new ArrayList<>();
                for (int i = 0; i < callers; i++) {
                    answers.add(threads.submit(known::environment));
                }
                for (Future<String> answer : answers) {
                    assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("none");
                }
            } finally {
                threads.shutdownNow();
            }
        }
        assertThat(etcd.logIns).hasValue(2);
        assertThat(etcd.tokensOfLogIns).isEmpty();
    }

    /** Answers everything well unless told otherwise. */
    private static final class FaultyEtcd implements ServerInterceptor {
        private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

        private final AtomicInteger logIns = new AtomicInteger();
        private final List<String> tokensOfLogIns = new CopyOnWriteArrayList<>();
        private volatile boolean requiresToken;
        private volatile int valid;
        /** Where calls with an old token meet before they are refused, so that none of them knows of another's new one. */
        private volatile CyclicBarrier refused = new CyclicBarrier(1);

        private volatile Consumer<StreamObserver<RangeResponse>> range =
                out -> answer(out, RangeResponse.getDefaultInstance());
        private volatile Consumer<StreamObserver<PutResponse>> put =
                out -> answer(out, PutResponse.getDefaultInstance());

        private static <R> void answer(StreamObserver<R> out, R answer) {
            out.onNext(answer);
            out.onCompleted();
        }

        void forgetToken(int callers) {
            refused = new CyclicBarrier(callers);
            valid = logIns.get() + 1;
        }

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String token = headers.get(TOKEN);
            String method = call.getMethodDescriptor().getFullMethodName();
            if (method.equals(AuthGrpc.getAuthenticateMethod().getFullMethodName())) {
                if (token != null) {
                    tokensOfLogIns.add(token);
                }
            } else if (requiresToken
                    && method.equals(KVGrpc.getRangeMethod().getFullMethodName())
                    && !("token-" + valid).equals(token)) {
                try {
                    refused.await(20, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException("not all callers have come with the old token", e);
                }
                call.close(Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }

        AuthGrpc.AuthImplBase auth() {
            return new AuthGrpc.AuthImplBase() {
                @Override
                public void authenticate(AuthenticateRequest request, StreamObserver<AuthenticateResponse> out) {
                    valid = logIns.incrementAndGet();
                    answer(
                            out,
                            AuthenticateResponse.newBuilder()
                                    .setToken("token-" + valid)
                                    .build());
                }
            };
        }

        KVGrpc.KVImplBase kv() {
            return new KVGrpc.KVImplBase() {
                @Override
                public void range(RangeRequest request, StreamObserver<RangeResponse> out) {
                    range.accept(out);
                }

                @Override
                public void put(PutRequest request, StreamObserver<PutResponse> out) {
                    put.accept(out);
                }
            };
        }

        MaintenanceGrpc.MaintenanceImplBase maintenance() {
            return new MaintenanceGrpc.MaintenanceImplBase() {
                @Override
                public void status(StatusRequest request, StreamObserver<StatusResponse> out) {
                    answer(out, StatusResponse.getDefaultInstance());
                }
            };
        }
    }
}
