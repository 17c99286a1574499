package io.neco.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.http.HttpClients;
import io.neco.http.Retry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PackageDownloaderTest {
    @Test
    void bearsAReleaseServerThatIsAwayForAMinute() {
        List<Duration> pauses = new ArrayList<>();
        Retry usual = PackageDownloader.patience();
        RandomGenerator shortest = () -> 0;
        Retry retry = new Retry(usual.attempts(), usual.first(), usual.longest(), pauses::add, shortest);

        assertThatThrownBy(() -> retry.call("search", Retry::isTransient, () -> {
                    throw new IOException("nobody answers");
                }))
                .hasMessage("nobody answers");

        assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus))
                .isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2));
    }

    @Test
    void preparesWithoutAskingTheServer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            URI api = URI.create("http://127.0.0.1:" + server.getLocalPort());

            new PackageDownloader(new HttpClients(), api, Clock.systemUTC()).prepare();

            server.setSoTimeout(1); // a connection would be there already
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }
}
