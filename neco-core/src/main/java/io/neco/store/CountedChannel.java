package io.neco.store;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * A channel that ends its connection when the other side asks to and no call is under way any more.
 *
 * <p>A member of etcd that stops sends such a request (GOAWAY of HTTP/2) and waits a second for each client that stays connected. gRPC for Java
 * makes no new calls over that connection but leaves it to the other side to end it; only {@link ManagedChannel#shutdownNow} reaches it.
 */
final class CountedChannel implements ClientInterceptor {
    private final ManagedChannel channel;
    private final Channel counted;
    private int underWay;
    private boolean isGivenUp;

    CountedChannel(ManagedChannel channel) {
        this.channel = channel;
        this.counted = ClientInterceptors.intercept(channel, this);
    }

    /** The channel that calls are made on. */
    Channel calls() {
        return counted;
    }

    /** The channel itself. */
    ManagedChannel channel() {
        return channel;
    }

    /** Calls {@code action} on the network thread when the connection has been lost, or the other side asks for its end: once. */
    void onLeave(Runnable action) {
        follow(ConnectivityState.IDLE, action);
    }

    private void follow(ConnectivityState last, Runnable action) {
        channel.notifyWhenStateChanged(last, () -> {
            ConnectivityState now = channel.getState(false);
            if (last == ConnectivityState.READY && now == ConnectivityState.IDLE) {
                action.run();
            } else if (now != ConnectivityState.SHUTDOWN) {
                follow(now, action);
            }
        });
    }

    /** Ends the connection as soon as no call is under way, of which there should be no new ones. */
    synchronized void giveUp() {
        isGivenUp = true;
        if (underWay == 0) {
            channel.shutdownNow();
        }
    }

    private synchronized void begun() {
        underWay++;
    }

    private synchronized void ended() {
        underWay--;
        if (underWay == 0 && isGivenUp) {
            channel.shutdownNow();
        }
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                begun();
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                ended();
                                super.onClose(status, trailers);
                            }
                        },
                        headers);
            }
        };
    }
}
