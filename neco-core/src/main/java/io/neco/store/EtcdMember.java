package io.neco.store;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The connection to one member: calls on it are made once, fail rather than wait, and say whether they were ever sent.
 *
 * <p>The channel is replaced whenever its connection is given up, so that a member that stops is left at once.
 */
final class EtcdMember {
    /** Lets a member without a leader refuse at once instead of leaving the caller waiting. */
    private static final Metadata REQUIRE_LEADER = new Metadata();

    static {
        REQUIRE_LEADER.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
    }

    /** A call that ended without an answer. */
    static final class CallFailed extends Exception {
        private static final long serialVersionUID = 1L;
        private final StatusRuntimeException failure;
        private final boolean sent;

        CallFailed(StatusRuntimeException failure, boolean sent) {
            super(failure);
            this.failure = failure;
            this.sent = sent;
        }

        StatusRuntimeException failure() {
            return failure;
        }

        /** Whether the request may have reached the member. */
        boolean sent() {
            return sent;
        }
    }

    private final EndpointAddress address;
    private final Supplier<ManagedChannel> connector;
    /** All that have not ended, with the present one: calls that were under way may end on an old one. */
    private final Set<CountedChannel> channels = ConcurrentHashMap.newKeySet();

    private volatile CountedChannel present;
    private boolean isClosed;
    private volatile long lastAnswer = System.nanoTime() - TimeUnit.DAYS.toNanos(1);

    /** @param connector makes a channel, which connects at its first call */
    EtcdMember(EndpointAddress address, Supplier<ManagedChannel> connector) {
        this.address = address;
        this.connector = connector;
        this.present = next();
    }

    private CountedChannel next() {
        CountedChannel next = new CountedChannel(connector.get());
        channels.add(next);
        next.onLeave(() -> replace(next));
        return next;
    }

    private synchronized void replace(CountedChannel old) {
        if (isClosed) {
            return;
        }
        channels.removeIf(each -> each.channel().isTerminated());
        present = next();
        old.giveUp();
    }

    /** Ends all connections now; the member is of no use any more. */
    synchronized void close() {
        isClosed = true;
        channels.forEach(each -> each.channel().shutdownNow());
    }

    /** Whether all connections have ended until {@code deadline}, after {@link #close}. */
    boolean awaitEnd(Deadline deadline) throws InterruptedException {
        boolean isEnded = true;
        for (CountedChannel each : channels) {
            isEnded &= each.channel().awaitTermination(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
        }
        return isEnded;
    }

    EndpointAddress address() {
        return address;
    }

    String url() {
        return address.url();
    }

    /** Notes that it has just shown to take part in a cluster with a leader; a mere answer about itself does not show that. */
    void tookPart() {
        lastAnswer = System.nanoTime();
    }

    /** Whether it showed within the last {@code duration} that it takes part in a cluster with a leader. */
    boolean tookPartWithin(Duration duration) {
        return System.nanoTime() - lastAnswer < duration.toNanos();
    }

    /** The present channel. A connection that broke a while ago is retried now and not when gRPC's growing backoff is over. */
    private Channel connecting() {
        CountedChannel now = present;
        now.channel().resetConnectBackoff();
        return now.calls();
    }

    /** One unary call. */
    <Q, R> R call(MethodDescriptor<Q, R> method, Q request, boolean requireLeader, Duration timeout)
            throws CallFailed, InterruptedException {
        Channel channel = connecting();
        SentTracer sent = new SentTracer();
        CallOptions options = CallOptions.DEFAULT
                .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .withStreamTracerFactory(sent);
        ListenableFuture<R> future = ClientCalls.futureUnaryCall(
                requireLeader
                        ? MetadataUtils.newAttachHeadersInterceptor(REQUIRE_LEADER)
                                .interceptCall(method, options, channel)
                        : channel.newCall(method, options),
                request);
        try {
            R answer = future.get(timeout.toMillis() + 500, TimeUnit.MILLISECONDS);
            if (requireLeader) {
                tookPart();
            }
            return answer;
        } catch (ExecutionException e) {
            StatusRuntimeException failure = e.getCause() instanceof StatusRuntimeException status
                    ? status
                    : Status.fromThrowable(e.getCause() == null ? e : e.getCause())
                            .asRuntimeException();
            throw new CallFailed(failure, sent.sent);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new CallFailed(Status.DEADLINE_EXCEEDED.asRuntimeException(), sent.sent);
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        }
    }

    /** Opens a stream; its answers come on the network thread and must be handed over quickly. */
    <Q, R> StreamObserver<Q> stream(MethodDescriptor<Q, R> method, StreamObserver<R> answers) {
        Channel channel = connecting();
        return ClientCalls.asyncBidiStreamingCall(
                MetadataUtils.newAttachHeadersInterceptor(REQUIRE_LEADER)
                        .interceptCall(method, CallOptions.DEFAULT, channel),
                answers);
    }

    /** Notes whether anything of the call went over the wire. */
    private static final class SentTracer extends ClientStreamTracer.Factory {
        private volatile boolean sent;

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void outboundHeaders() {
                    sent = true;
                }
            };
        }
    }
}
