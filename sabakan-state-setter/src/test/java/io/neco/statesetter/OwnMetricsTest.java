package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.sabakan.MachineState;
import io.neco.sabakan.StatedMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnMetricsTest {

    private static HttpResponse<String> get(MetricsServer server, String path)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                                .timeout(Duration.ofSeconds(30))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void areToldInPrometheusTextFormat() throws Exception {
        OwnMetrics metrics = new OwnMetrics();
        metrics.leads(true);
        metrics.run(OwnMetrics.RunResult.OK, Instant.ofEpochSecond(1_000), Duration.ofMillis(1_500));
        metrics.found(
                List.of(new Finding(
                        new StatedMachine("a", Map.of(), List.of(), MachineState.HEALTHY),
                        Judgement.of(Verdict.UNREACHABLE, ""))),
                2,
                3);
        metrics.change(MachineState.UNREACHABLE, OwnMetrics.Result.OK);
        metrics.retirement(OwnMetrics.Result.FAILED);
        metrics.shutdown(OwnMetrics.Result.UNNEEDED);

        try (MetricsServer server = MetricsServer.start("127.0.0.1:0", metrics)) {
            HttpResponse<String> answer = get(server, "/metrics");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .get()
                    .asString()
                    .startsWith("text/plain; version=0.0.4");
            assertThat(answer.body().lines())
                    .contains(
                            "# TYPE sabakan_state_setter_leader gauge",
                            "sabakan_state_setter_leader 1.0",
                            "# TYPE sabakan_state_setter_runs_total counter",
                            "sabakan_state_setter_runs_total{result=\"ok\"} 1.0",
                            "sabakan_state_setter_runs_total{result=\"serf_failed\"} 0.0",
                            "sabakan_state_setter_last_run_timestamp_seconds 1000.0",
                            "sabakan_state_setter_last_run_duration_seconds 1.5",
                            "sabakan_state_setter_machines{state=\"healthy\"} 1.0",
                            "sabakan_state_setter_machines{state=\"retired\"} 0.0",
                            "sabakan_state_setter_verdicts{verdict=\"unreachable\"} 1.0",
                            "sabakan_state_setter_grace_machines 2.0",
                            "sabakan_state_setter_scrape_failures 3.0",
                            "sabakan_state_setter_state_changes_total{result=\"ok\",state=\"unreachable\"} 1.0",
                            "sabakan_state_setter_retirements_total{result=\"failed\"} 1.0",
                            "sabakan_state_setter_shutdowns_total{result=\"unneeded\"} 1.0");
            assertThat(get(server, "/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (MetricsServer server = MetricsServer.start("127.0.0.1:0", new OwnMetrics())) {
            String address = "127.0.0.1:" + server.port();

            assertThatThrownBy(() -> MetricsServer.start(address, new OwnMetrics()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot listen on " + address + ": ");
        }
    }

    @Test
    void clientsThatSendHalfARequestKeepNobodyElseWaitingForLong() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (MetricsServer server = MetricsServer.start("127.0.0.1:0", new OwnMetrics())) {
            for (int i = 0; i < 8; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                silent.add(socket);
                socket.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
            }

            assertThat(get(server, "/metrics").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", ":", ":99999", "localhost:http"})
    void anAddressNeedsAPort(String address) {
        assertThatThrownBy(() -> MetricsServer.start(address, new OwnMetrics()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "it must be HOST:PORT or :PORT with a port of 65535 at most, or none, but it is " + address);
    }
}
