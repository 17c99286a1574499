package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.sabakan.MachineStates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which retired machines are switched off, with sabakan's answer given. */
class ShutdownIT {
    private static final String RETIRED = """
            {"data": {"searchMachines": [
              {"spec": {"serial": "on", "labels": [], "ipv4": ["10.69.0.4"]}, "status": {"state": "RETIRED"}},
              {"spec": {"serial": "off", "labels": [], "ipv4": ["10.69.0.5"]}, "status": {"state": "RETIRED"}},
              {"spec": {"serial": "broken", "labels": [], "ipv4": []}, "status": {"state": "RETIRED"}}]}}""";

    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(200, RETIRED));
    private final WebClient web = new HttpClients().local();
    private final OwnMetrics metrics = new OwnMetrics();
    private final List<String> commands = new ArrayList<>();

    @AfterEach
    void close() {
        web.close();
        server.close();
    }

    private void shutDown(CommandRunner runner, boolean isLeading) throws InterruptedException {
        MachineStates states = new MachineStates(web, server.uri(), "root");
        new Shutdown(states, new Neco(runner), metrics).run(() -> isLeading);
    }

    private CommandResult neco(Command command) throws IOException {
        commands.add(String.join(" ", command.argv()));
        String serial = command.argv().get(command.argv().size() - 1);
        if (serial.equals("broken")) {
            return new CommandResult(command, 1, "", "the controller does not answer");
        }
        boolean isOff = serial.equals("off");
        return new CommandResult(command, 0, isOff ? "Off\n" : "On\n", "a warning\n");
    }

    private String told() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        metrics.write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void switchesOffOnlyWhatIsOn() throws Exception {
        shutDown(this::neco, true);

        assertThat(commands)
                .containsExactly(
                        "neco power status on",
                        "neco power stop on",
                        "neco power status off",
                        "neco power status broken");
        assertThat(server.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.body()).contains("\"having\":{\"states\":[\"RETIRED\"]}"));
        assertThat(told())
                .contains(
                        "shutdowns_total{result=\"ok\"} 1.0",
                        "shutdowns_total{result=\"unneeded\"} 1.0",
                        "shutdowns_total{result=\"failed\"} 1.0");
    }

    @Test
    void doesNothingWhenItDoesNotLeadAnyMore() throws Exception {
        shutDown(this::neco, false);

        assertThat(commands).isEmpty();
    }

    @Test
    void doesNothingWhenSabakanDoesNotAnswer() throws Exception {
        server.answer(request -> new Reply(500, Map.of(), "broken", 6));

        shutDown(this::neco, true);

        assertThat(commands).isEmpty();
    }
}
