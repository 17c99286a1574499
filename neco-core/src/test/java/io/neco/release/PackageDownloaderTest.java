package io.neco.release;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.http.HttpClients;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class PackageDownloaderTest {
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
