package io.neco.store;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/** The token etcd gives for a user's password, sent along with every call; only where users are not known by certificate. */
final class PasswordToken implements ClientInterceptor {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private volatile Optional<String> token = Optional.empty();

    void set(String newToken) {
        token = Optional.of(newToken);
    }

    void forget() {
        token = Optional.empty();
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                token.ifPresent(value -> headers.put(TOKEN, value));
                super.start(listener, headers);
            }
        };
    }
}
