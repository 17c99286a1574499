package io.neco.store;

import io.etcd.jetcd.api.AuthGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/**
 * The token etcd gives for a user's password, sent along with every call but the one that gets it; only where users are not known by
 * certificate.
 */
final class PasswordToken implements ClientInterceptor {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private volatile Optional<String> token = Optional.empty();

    void set(String newToken) {
        token = Optional.of(newToken);
    }

    /** What calls are sent with now; empty: etcd has not given any yet. */
    Optional<String> current() {
        return token;
    }

    /** Whether a call needs a token, and not the password. */
    static boolean isNeededBy(MethodDescriptor<?, ?> method) {
        return !method.getFullMethodName()
                .equals(AuthGrpc.getAuthenticateMethod().getFullMethodName());
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                if (isNeededBy(method)) {
                    token.ifPresent(value -> headers.put(TOKEN, value));
                }
                super.start(listener, headers);
            }
        };
    }
}
