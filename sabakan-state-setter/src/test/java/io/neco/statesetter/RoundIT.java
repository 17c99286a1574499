package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.ProcessCommandRunner;
import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.sabakan.MachineStates;
import io.neco.sabakan.SabakanClient;
import io.neco.statesetter.serf.SerfAgent;
import io.neco.time.testing.SteppedClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;

/** When sabakan is told that a machine is unhealthy, whose failed unit serf tells of; sabakan and serf are played by the test. */
class RoundIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MACHINES = """
            {"data": {"searchMachines": [{"spec": {"serial": "a", "labels": [{"name": "machine-type", "value": "t"}],
              "ipv4": ["10.69.0.4"]}, "status": {"state": "HEALTHY"}}]}}""";

    private final SteppedClock clock = new SteppedClock();
    private final WebClient web = new HttpClients().local();
    private final TestHttpServer sabakan = new TestHttpServer(request -> Reply.of(
            200,
            request.body().contains("searchMachines(")
                    ? MACHINES
                    : "{\"data\": {\"setMachineState\": {\"state\": \"UNHEALTHY\"}}}"));
    private ServerSocket serf;

    @BeforeEach
    void listen() throws IOException {
        serf = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "serf");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void close() throws IOException {
        serf.close();
        web.close();
        sabakan.close();
    }

    private void serve() {
        while (!serf.isClosed()) {
            try (Socket client = serf.accept();
                    MessageUnpacker in = MessagePack.newDefaultUnpacker(client.getInputStream());
                    MessagePacker out = MessagePack.newDefaultPacker(client.getOutputStream())) {
                in.unpackValue();
                in.unpackValue();
                header(out, 0);
                in.unpackValue();
                header(out, 1);
                out.packMapHeader(1).packString("Members").packArrayHeader(1).packMapHeader(4);
                out.packString("Name").packString("a");
                out.packString("Addr").packRawStringHeader(4).writePayload(new byte[] {10, 69, 0, 4});
                out.packString("Status").packString("alive");
                out.packString("Tags")
                        .packMapHeader(1)
                        .packString(Health.FAILED_UNITS)
                        .packString("x.service");
                out.flush();
            } catch (IOException e) {
                // the client sees that nobody answers
            }
        }
    }

    private static void header(MessagePacker out, long sequence) throws IOException {
        out.packMapHeader(2)
                .packString("Seq")
                .packLong(sequence)
                .packString("Error")
                .packString("");
        out.flush();
    }

    private Round round(Duration grace) {
        return round(grace, new ProcessCommandRunner());
    }

    private Round round(Duration grace, CommandRunner runner) {
        Settings settings = new Settings(Optional.empty(), Map.of("t", new MachineType("t", grace, List.of())));
        OwnMetrics metrics = new OwnMetrics();
        MachineStates states = new MachineStates(web, sabakan.uri(), "root");
        StateChanges changes = new StateChanges(states, metrics);
        return new Round(
                settings,
                states,
                new SerfAgent("127.0.0.1:" + serf.getLocalPort(), PATIENCE),
                new Inspector(settings, new Scraper(web), 1),
                changes,
                new Retirement(
                        new SabakanClient(web, sabakan.uri(), "root", PATIENCE), new Neco(runner), changes, metrics),
                metrics,
                clock);
    }

    private List<String> changes() {
        return sabakan.requests().stream()
                .map(TestHttpServer.Request::body)
                .filter(body -> body.contains("setMachineState("))
                .toList();
    }

    @Test
    void aMachineThatStaysUnhealthyIsToldOfAfterItsGracePeriod() throws InterruptedException {
        Round round = round(Duration.ofNanos(1));

        round.run(() -> true);
        assertThat(changes()).isEmpty();
        round.run(() -> true);

        assertThat(changes()).singleElement().asString().contains("\"serial\":\"a\"", "UNHEALTHY");
    }

    @Test
    void aClockThatIsPutAheadEndsNoGracePeriod() throws InterruptedException {
        Round round = round(Duration.ofHours(1));

        round.run(() -> true);
        clock.step(Duration.ofHours(2));
        round.run(() -> true);

        assertThat(changes()).isEmpty();
    }

    @Test
    void aClockThatIsPutBackLengthensNone() throws InterruptedException {
        Round round = round(Duration.ofNanos(1));

        round.run(() -> true);
        clock.step(Duration.ofHours(-2));
        round.run(() -> true);

        assertThat(changes()).hasSize(1);
    }

    @Test
    void aMachineThatWasRetiredWhileALookWentOnIsNotRetiredAgain() throws InterruptedException {
        List<String> commands = new CopyOnWriteArrayList<>();
        CountDownLatch secondLook = new CountDownLatch(1);
        CountDownLatch retired = new CountDownLatch(1);
        AtomicInteger looks = new AtomicInteger();
        sabakan.answer(request -> {
            if (request.body().contains("searchMachines(")) {
                if (looks.incrementAndGet() == 2) {
                    secondLook.countDown();
                    assertThat(retired.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                }
                return Reply.of(200, MACHINES.replace("HEALTHY", "RETIRING"));
            }
            if (request.body().contains("RETIRED")) {
                retired.countDown();
            }
            return Reply.of(200, "{\"data\": {\"setMachineState\": {\"state\": \"RETIRED\"}}}");
        });
        CommandRunner runner = command -> {
            commands.add(String.join(" ", command.argv()));
            secondLook.await();
            return new CommandResult(command, 0, "", "");
        };

        try (Round round = round(Duration.ofHours(1), runner)) {
            round.run(() -> true);
            round.run(() -> true);
        }

        assertThat(retired.getCount()).isZero();
        assertThat(commands).containsExactly("neco tpm clear --force a");
    }
}
