package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.sabakan.MachineState;
import io.neco.sabakan.MachineStates;
import io.neco.sabakan.SabakanClient;
import io.neco.sabakan.StatedMachine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How retiring machines become retired, with sabakan and the command neco played by the test. */
class RetirementIT {
    private static final List<StatedMachine> MACHINES = List.of(
            machine("a", MachineState.HEALTHY),
            machine("b", MachineState.RETIRING),
            machine("c", MachineState.RETIRING));

    private final TestHttpServer server = new TestHttpServer(request -> Reply.of(
            200,
            request.method().equals("DELETE") ? "[]" : "{\"data\": {\"setMachineState\": {\"state\": \"RETIRED\"}}}"));
    private final WebClient web = new HttpClients().local();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final AtomicBoolean isLeading = new AtomicBoolean(true);

    private static StatedMachine machine(String serial, MachineState state) {
        return new StatedMachine(serial, Map.of(), List.of(), state);
    }

    @AfterEach
    void close() {
        web.close();
        server.close();
    }

    private Retirement retirement(CommandRunner runner) {
        OwnMetrics metrics = new OwnMetrics();
        return new Retirement(
                new SabakanClient(web, server.uri(), "root", Duration.ofSeconds(30)),
                new Neco(runner),
                new StateChanges(new MachineStates(web, server.uri(), "root"), metrics),
                metrics);
    }

    private CommandResult note(Command command) {
        done.add(String.join(" ", command.argv()));
        return new CommandResult(command, 0, "", "");
    }

    private List<String> requests() {
        return server.requests().stream()
                .map(request -> request.method() + " " + request.body())
                .toList();
    }

    @Test
    void whatIsRetiringLosesItsKeysAndThenIsRetired() {
        try (Retirement retirement = retirement(this::note)) {
            retirement.begin(MACHINES, isLeading::get);

            await("both").atMost(Duration.ofSeconds(20)).until(() -> requests().size() == 4);
        }
        assertThat(done).containsExactly("neco tpm clear --force b", "neco tpm clear --force c");
        assertThat(requests())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("DELETE"),
                        second -> assertThat(second).contains("\"serial\":\"b\"", "RETIRED"),
                        third -> assertThat(third).startsWith("DELETE"),
                        fourth -> assertThat(fourth).contains("\"serial\":\"c\"", "RETIRED"));
    }

    @Test
    void aControllerThatDoesNotAnswerKeepsNobodyWaitingAndNoOtherRunBegins() throws InterruptedException {
        CountDownLatch answer = new CountDownLatch(1);
        CommandRunner slow = command -> {
            answer.await();
            return note(command);
        };
        try (Retirement retirement = retirement(slow)) {
            retirement.begin(MACHINES, isLeading::get);
            await("the first machine")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> requests().size() == 1);
            retirement.begin(MACHINES, isLeading::get);
            answer.countDown();
            await("both").atMost(Duration.ofSeconds(20)).until(() -> requests().size() == 4);
        }
        assertThat(done).hasSize(2);
        assertThat(requests()).hasSize(4);
    }

    @Test
    void aMachineWhoseTpmWasClearedBySomebodyWhoLeadsNoMoreIsLeftToTheNextLeader() {
        CommandRunner last = command -> {
            isLeading.set(false);
            return note(command);
        };
        try (Retirement retirement = retirement(last)) {
            retirement.begin(MACHINES, isLeading::get);
            await("the first machine").atMost(Duration.ofSeconds(20)).until(() -> !done.isEmpty());
        }
        assertThat(done).containsExactly("neco tpm clear --force b");
        assertThat(requests()).singleElement().asString().startsWith("DELETE");
    }

    @Test
    void noTpmIsClearedWhenTheLeadershipEndsBeforeThat() {
        CountDownLatch deleted = new CountDownLatch(1);
        server.answer(request -> {
            isLeading.set(false);
            deleted.countDown();
            return Reply.of(200, "[]");
        });
        try (Retirement retirement = retirement(this::note)) {
            retirement.begin(MACHINES, isLeading::get);
            await("the first step").atMost(Duration.ofSeconds(20)).until(() -> deleted.getCount() == 0);
        }
        assertThat(done).isEmpty();
        assertThat(requests()).hasSize(1);
    }

    @Test
    void aFailureIsTriedAgainAtTheNextLook() {
        AtomicBoolean isBroken = new AtomicBoolean(true);
        CommandRunner runner = command -> {
            if (isBroken.getAndSet(false)) {
                throw new IOException("the controller does not answer");
            }
            return note(command);
        };
        try (Retirement retirement = retirement(runner)) {
            retirement.begin(MACHINES, isLeading::get);
            await("the second machine")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> requests().size() == 3);
            await("another run").atMost(Duration.ofSeconds(20)).until(() -> {
                retirement.begin(MACHINES.subList(0, 2), isLeading::get);
                return done.contains("neco tpm clear --force b");
            });
        }
    }
}
