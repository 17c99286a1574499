package io.neco.store;

import io.neco.host.HostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads for a command that runs once: the first answer comes in a fraction of the time a gRPC client takes to start. It asks the
 * endpoints in turn over a plain socket. When none gives a proper answer it opens an {@link EtcdStore}, which either succeeds or
 * says what is wrong. For one thread.
 */
public final class LiteReader extends SchemaReader {
    private static final int ATTEMPT_MILLIS = 1000;

    private final EtcdConfig config;
    private final int prefixBytes;
    private @Nullable LiteConnection connection;
    private @Nullable NecoFallback fallback;

    private LiteReader(EtcdConfig config) {
        this.config = config;
        this.prefixBytes = config.prefix().getBytes(StandardCharsets.UTF_8).length;
    }

    /** Reads from the cluster that {@code config} names; connects at the first read. */
    public static NecoReader open(EtcdConfig config) {
        return new LiteReader(config);
    }

    /**
     * Reads from the cluster that {@code /etc/neco/config.yml} names; connects at the first read.
     *
     * @throws EtcdConfigException when the file is missing or not understood
     */
    public static NecoReader open(HostFiles files) {
        return open(NecoConfigFile.read(files));
    }

    @Override
    KeyValues range(KeyRange range) {
        if (fallback == null) {
            byte[] request = LiteMessages.rangeRequest(config.prefix(), range);
            if (connection == null) {
                return firstAnswer(range, request);
            }
            try {
                return ask(connection, request);
            } catch (IOException e) {
                connection.close();
                connection = null;
                fallback = new NecoFallback(config);
            }
        }
        return fallback.range(range);
    }

    private KeyValues firstAnswer(KeyRange range, byte[] request) {
        for (LiteEndpoint endpoint : endpoints()) {
            LiteConnection opened = null;
            try {
                opened = LiteConnection.open(endpoint.address(), endpoint.tls(), ATTEMPT_MILLIS);
                KeyValues answer = ask(opened, request);
                connection = opened;
                return answer;
            } catch (IOException | IllegalStateException e) {
                // the next endpoint, or in the end the ordinary client, will tell
                if (opened != null) {
                    opened.close();
                }
            }
        }
        fallback = new NecoFallback(config);
        return fallback.range(range);
    }

    private KeyValues ask(LiteConnection asked, byte[] request) throws IOException {
        return LiteMessages.rangeResponse(asked.call("/etcdserverpb.KV/Range", request), prefixBytes);
    }

    /** @param tls empty: plain text */
    private record LiteEndpoint(EndpointAddress address, Optional<SSLSocketFactory> tls) {}

    private List<LiteEndpoint> endpoints() {
        boolean certificates = config.tlsCa().isPresent() || config.tlsCert().isPresent();
        List<LiteEndpoint> endpoints = new ArrayList<>();
        if (!config.username().isEmpty()) {
            return endpoints; // needs a token first
        }
        Optional<SSLSocketFactory> tls = Optional.empty();
        for (String url : config.endpoints()) {
            EndpointAddress address = EndpointAddress.parse(url, "configuration");
            boolean secure = address.usesTls(certificates);
            if (secure && tls.isEmpty()) {
                try {
                    tls = Optional.of(LiteTls.socketFactory(config));
                } catch (GeneralSecurityException e) {
                    return List.of();
                }
            }
            endpoints.add(new LiteEndpoint(address, secure ? tls : Optional.empty()));
        }
        return endpoints;
    }

    /** Whether the ordinary client had to be started, for tests. */
    boolean usesFallback() {
        return fallback != null;
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
        if (fallback != null) {
            fallback.close();
        }
    }
}
