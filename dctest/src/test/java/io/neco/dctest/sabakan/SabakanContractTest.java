package io.neco.dctest.sabakan;

import io.neco.dctest.storage.MemoryEntries;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract against the stand-in in this process, or against a real sabakan on this machine
 * ({@code -Dsabakan.address=http://127.0.0.1:10080}; it takes changes from its own host only).
 */
class SabakanContractTest extends SabakanContract {
    @TempDir
    private static Path data;

    private static @Nullable SabakanServer server;
    private static @Nullable SabakanApi api;

    @BeforeAll
    static void start() throws IOException {
        String address = System.getProperty("sabakan.address", "");
        if (address.isEmpty()) {
            SabakanServer started = SabakanServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    "",
                    data,
                    new MemoryEntries(),
                    Clock.systemUTC(),
                    line -> {});
            server = started;
            address = "http://127.0.0.1:" + started.port();
        }
        api = SabakanApi.at(address.replaceFirst("/+$", ""));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    SabakanApi server() {
        return Objects.requireNonNull(api);
    }
}
