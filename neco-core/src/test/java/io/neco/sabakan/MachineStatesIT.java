package io.neco.sabakan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** GraphQL's answers, from a server that only knows them by heart; dctest asks the stand-in. */
class MachineStatesIT {
    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(404, ""));
    private final WebClient web = new HttpClients().local();
    private MachineStates states;

    @BeforeEach
    void connect() {
        states = new MachineStates(web, server.uri(), "root");
    }

    @AfterEach
    void close() {
        web.close();
        server.close();
    }

    @Test
    void findsMachines() throws Exception {
        server.answer(request -> Reply.of(200, """
                {"data": {"searchMachines": [
                  {"spec": {"serial": "a", "labels": [{"name": "machine-type", "value": "qemu"}],
                            "ipv4": ["10.69.0.4", "10.69.0.68"]}, "status": {"state": "UNHEALTHY"}},
                  {"spec": {"serial": "b", "labels": null, "ipv4": []}, "status": {"state": "RETIRED"}}]}}"""));

        List<StatedMachine> found = states.search(Optional.empty());

        assertThat(found)
                .containsExactly(
                        new StatedMachine(
                                "a",
                                Map.of("machine-type", "qemu"),
                                List.of("10.69.0.4", "10.69.0.68"),
                                MachineState.UNHEALTHY),
                        new StatedMachine("b", Map.of(), List.of(), MachineState.RETIRED));
        assertThat(found.get(0).address()).contains("10.69.0.4");
        assertThat(found.get(0).type()).isEqualTo("qemu");
        assertThat(found.get(1).address()).isEmpty();
        assertThat(server.requests()).singleElement().satisfies(request -> {
            assertThat(request.method() + " " + request.uri()).isEqualTo("POST /graphql");
            assertThat(request.headers()).containsEntry("X-Sabakan-User", "root");
            assertThat(request.body()).contains("\"variables\":{\"having\":null}");
        });
    }

    @Test
    void sendsSerialAndStateAsVariables() throws Exception {
        server.answer(request -> Reply.of(200, "{\"data\": {\"setMachineState\": {\"state\": \"HEALTHY\"}}}"));

        states.set("a\"b", MachineState.HEALTHY);

        assertThat(server.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.body())
                        .contains("\"variables\":{\"serial\":\"a\\\"b\",\"state\":\"HEALTHY\"}"));
    }

    @Test
    void tellsARefusedTransitionFromOtherErrors() {
        server.answer(request -> Reply.of(
                200,
                "{\"errors\": [{\"message\": \"no way\", \"extensions\": {\"type\": \"INVALID_STATE_TRANSITION\"}}],"
                        + " \"data\": null}"));
        assertThatThrownBy(() -> states.set("a", MachineState.RETIRED))
                .isInstanceOfSatisfying(
                        GraphqlException.class,
                        e -> assertThat(e.isInvalidTransition()).isTrue())
                .hasMessageContaining("(setMachineState of a): sabakan refused: no way (INVALID_STATE_TRANSITION)");

        server.answer(request -> Reply.of(422, "{\"errors\": [{\"message\": \"syntax\"}]}"));
        assertThatThrownBy(() -> states.set("a", MachineState.RETIRED))
                .isInstanceOfSatisfying(
                        GraphqlException.class,
                        e -> assertThat(e.isInvalidTransition()).isFalse())
                .hasMessageEndingWith("sabakan refused: syntax");
    }

    @Test
    void saysWhatIsNoAnswer() {
        server.answer(request -> Reply.of(502, "Bad Gateway"));
        assertThatThrownBy(() -> states.search(Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("502");

        server.answer(request -> Reply.of(200, "<html>"));
        assertThatThrownBy(() -> states.search(Optional.empty()))
                .hasMessageContaining("(searchMachines): sabakan's answer is not JSON");

        server.answer(
                request -> Reply.of(
                        200,
                        "{\"data\": {\"searchMachines\": [{\"spec\": {\"serial\": \"a\"}, \"status\": {\"state\": \"LOST\"}}]}}"));
        assertThatThrownBy(() -> states.search(Optional.empty()))
                .hasMessage("sabakan's answer about machine a: no such machine state: LOST");
    }
}
