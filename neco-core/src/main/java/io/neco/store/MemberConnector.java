package io.neco.store;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Makes the connections to members: one network thread and one set of certificates for all of them. */
final class MemberConnector implements AutoCloseable {
    private static final int KEEP_ALIVE_SECONDS = 10;

    private final EtcdConfig config;
    private final PasswordToken token;
    private final Optional<SslContext> tls;
    private final EventLoopGroup network;

    /**
     * @param addresses the members known now; certificates are read if any of them needs TLS
     * @param token sent along if the configuration names a user
     * @throws EtcdConfigException when certificates cannot be used
     */
    MemberConnector(EtcdConfig config, List<EndpointAddress> addresses, PasswordToken token) {
        this.config = config;
        this.token = token;
        this.tls = certificatesConfigured() || addresses.stream().anyMatch(a -> a.usesTls(false))
                ? Optional.of(sslContext(TlsMaterial.load(config)))
                : Optional.empty();
        this.network = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("neco-etcd-network", true), NioIoHandler.newFactory());
    }

    private boolean certificatesConfigured() {
        return config.tlsCa().isPresent() || config.tlsCert().isPresent();
    }

    /** A connection that is made at the first call and again after a loss; it repeats nothing by itself and uses no proxy. */
    EtcdMember connectTo(EndpointAddress address) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.host(), address.port())
                .eventLoopGroup(network)
                .channelType(NioSocketChannel.class)
                .directExecutor()
                .offloadExecutor(Runnable::run)
                .disableRetry()
                .disableServiceConfigLookUp()
                .proxyDetector(ignored -> null)
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .idleTimeout(365, TimeUnit.DAYS)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(config.timeout()))
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(millis(config.timeout()) * 2L, TimeUnit.MILLISECONDS)
                // an etcd throws out who asks without a call ("too_many_pings"). The first call over a connection that
                // was idle
                // asks at once whether it still works, and calls and watches have deadlines of their own
                .keepAliveWithoutCalls(false);
        if (!config.username().isEmpty()) {
            builder.intercept(token);
        }
        if (address.usesTls(certificatesConfigured())) {
            builder.sslContext(tls.orElseGet(() -> sslContext(TlsMaterial.load(config))));
        } else {
            builder.usePlaintext();
        }
        return new EtcdMember(address, builder::build);
    }

    /** At least one: none would be no limit for one thing, and not allowed for another. */
    private static int millis(Duration duration) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, duration.toMillis()));
    }

    private static SslContext sslContext(TlsMaterial material) {
        try {
            SslContextBuilder builder =
                    GrpcSslContexts.configure(SslContextBuilder.forClient().trustManager(material.trust()));
            material.identity().ifPresent(identity -> builder.keyManager(new IdentityKeyManager(identity)));
            return builder.build();
        } catch (SSLException e) {
            throw new EtcdConfigException("the certificates cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    /** Ends the network thread; the connections are shut down before. */
    @Override
    public void close() {
        var unused = network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
