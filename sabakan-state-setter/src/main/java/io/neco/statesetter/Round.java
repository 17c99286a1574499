package io.neco.statesetter;

import io.neco.daemon.SteadyClock;
import io.neco.http.HttpStatusException;
import io.neco.sabakan.GraphqlException;
import io.neco.sabakan.MachineState;
import io.neco.sabakan.MachineStates;
import io.neco.sabakan.SabakanClient;
import io.neco.sabakan.StatedMachine;
import io.neco.statesetter.serf.SerfAgent;
import io.neco.statesetter.serf.SerfMember;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Looks at all machines once and tells sabakan what has changed; keeps in mind since when machines are unhealthy. Source:
 * pkg/sabakan-state-setter/controller.go at 1eec387.
 */
final class Round {
    private static final Logger log = LoggerFactory.getLogger(Round.class);

    private final Settings settings;
    private final MachineStates states;
    private final SabakanClient sabakan;
    private final SerfAgent serf;
    private final Inspector inspector;
    private final Neco neco;
    private final OwnMetrics metrics;
    private final Clock clock;
    private final SteadyClock steady;
    private final GracePeriods grace = new GracePeriods();
    /** What was logged of a machine last; the same again is said at debug level only. */
    private final Map<String, String> told = new HashMap<>();

    private boolean isSabakanDown;
    private boolean isSerfDown;

    Round(
            Settings settings,
            MachineStates states,
            SabakanClient sabakan,
            SerfAgent serf,
            Inspector inspector,
            Neco neco,
            OwnMetrics metrics,
            Clock clock) {
        this.settings = settings;
        this.states = states;
        this.sabakan = sabakan;
        this.serf = serf;
        this.inspector = inspector;
        this.neco = neco;
        this.metrics = metrics;
        this.clock = clock;
        this.steady = new SteadyClock(clock);
    }

    /** Looks once; failures are logged, and the next time it is tried again. */
    void run(BooleanSupplier isLeading) throws InterruptedException {
        long begin = System.nanoTime();
        OwnMetrics.RunResult result = OwnMetrics.RunResult.ERROR;
        try {
            result = look(isLeading);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("this look at the machines ends because of a mistake in this program");
        }
        metrics.run(result, clock.instant(), Duration.ofNanos(System.nanoTime() - begin));
    }

    private OwnMetrics.RunResult look(BooleanSupplier isLeading) throws InterruptedException {
        Optional<List<StatedMachine>> known = machines();
        if (known.isEmpty()) {
            return OwnMetrics.RunResult.SABAKAN_FAILED;
        }
        List<StatedMachine> machines = known.get();
        if (machines.isEmpty()) {
            log.warn("no machines found");
            return OwnMetrics.RunResult.SABAKAN_FAILED;
        }
        Optional<List<SerfMember>> members = members();
        if (members.isEmpty()) {
            return OwnMetrics.RunResult.SERF_FAILED;
        }
        Set<String> serials = machines.stream().map(StatedMachine::serial).collect(Collectors.toSet());
        grace.keepOnly(serials);
        told.keySet().retainAll(serials);
        Inspector.Result result = inspector.inspect(machines, members.get());
        for (Finding finding : result.findings()) {
            tell(finding);
            if (!isLeading.getAsBoolean()) {
                return OwnMetrics.RunResult.OK;
            }
            if (!apply(finding)) {
                break;
            }
        }
        metrics.found(result.findings(), grace.size(), result.failedScrapes());
        for (StatedMachine machine : machines) {
            if (machine.state() == MachineState.RETIRING && isLeading.getAsBoolean()) {
                retire(machine);
            }
        }
        return OwnMetrics.RunResult.OK;
    }

    /** What sabakan knows; an outage is told when it begins and when it ends. */
    private Optional<List<StatedMachine>> machines() throws InterruptedException {
        try {
            List<StatedMachine> machines = states.search(Optional.empty());
            if (isSabakanDown) {
                log.info("sabakan answers again");
                isSabakanDown = false;
            }
            return Optional.of(machines);
        } catch (IOException e) {
            (isSabakanDown ? log.atDebug() : log.atWarn())
                    .addKeyValue("error", e)
                    .log("failed to get sabakan machines; trying again at every look");
            isSabakanDown = true;
            return Optional.empty();
        }
    }

    /** What serf knows; an outage is told when it begins and when it ends. */
    private Optional<List<SerfMember>> members() throws InterruptedException {
        try {
            List<SerfMember> members = serf.members();
            if (isSerfDown) {
                log.info("the serf agent answers again");
                isSerfDown = false;
            }
            return Optional.of(members);
        } catch (IOException e) {
            if (!isSerfDown) {
                log.atWarn()
                        .addKeyValue("error", e)
                        .log("failed to get serf members; states stay as they are until it answers");
                isSerfDown = true;
            }
            return Optional.empty();
        }
    }

    private void tell(Finding finding) {
        StatedMachine machine = finding.machine();
        Judgement judgement = finding.judgement();
        boolean isUnknown = Health.isChecked(machine.state())
                && settings.type(machine.type()).isEmpty();
        String text = judgement.reason() + judgement.details() + machine.type();
        boolean isNew = !text.equals(told.put(machine.serial(), text));
        if (isUnknown && isNew) {
            about(log.atWarn(), machine)
                    .addKeyValue("machine_type", machine.type())
                    .log("unknown machine type");
        }
        LoggingEventBuilder line = about(isNew ? log.atInfo() : log.atDebug(), machine);
        for (Map.Entry<String, Object> detail : judgement.details().entrySet()) {
            line = line.addKeyValue(detail.getKey(), detail.getValue());
        }
        line.log(judgement.reason());
    }

    /** Tells sabakan of a changed state. False when sabakan does not answer. */
    private boolean apply(Finding finding) throws InterruptedException {
        StatedMachine machine = finding.machine();
        Optional<MachineState> wanted = finding.judgement().verdict().state();
        if (wanted.isEmpty() || wanted.get() == machine.state()) {
            grace.clear(machine.serial());
            return true;
        }
        if (wanted.get() == MachineState.UNHEALTHY) {
            Duration period =
                    settings.type(machine.type()).map(MachineType::grace).orElse(Duration.ZERO);
            if (!grace.isOver(machine.serial(), period, steady.instant())) {
                return true;
            }
        }
        if (wanted.get() != MachineState.UNHEALTHY) {
            grace.clear(machine.serial());
        }
        return set(machine, wanted.get());
    }

    private boolean set(StatedMachine machine, MachineState state) throws InterruptedException {
        try {
            states.set(machine.serial(), state);
        } catch (GraphqlException e) {
            metrics.change(state, e.isInvalidTransition() ? OwnMetrics.Result.REFUSED : OwnMetrics.Result.FAILED);
            about(e.isInvalidTransition() ? log.atDebug() : log.atWarn(), machine)
                    .addKeyValue("state", state.word())
                    .addKeyValue("error", e)
                    .log("gql error occurred when set state");
            return true;
        } catch (IOException e) {
            metrics.change(state, OwnMetrics.Result.FAILED);
            about(log.atWarn(), machine)
                    .addKeyValue("state", state.word())
                    .addKeyValue("error", e)
                    .log("error occurred when set state");
            return e instanceof HttpStatusException;
        }
        grace.clear(machine.serial());
        metrics.change(state, OwnMetrics.Result.OK);
        about(log.atInfo(), machine).addKeyValue("state", state.word()).log("change state");
        return true;
    }

    /** Makes a machine's disks unreadable for good; harmless to repeat. */
    private void retire(StatedMachine machine) throws InterruptedException {
        try {
            sabakan.deleteCrypts(machine.serial());
        } catch (IOException e) {
            metrics.retirement(OwnMetrics.Result.FAILED);
            about(log.atWarn(), machine).addKeyValue("error", e).log("failed to delete crypts on sabakan");
            return;
        }
        String said;
        try {
            said = neco.clearTpm(machine.serial());
        } catch (IOException e) {
            metrics.retirement(OwnMetrics.Result.FAILED);
            about(log.atWarn(), machine).addKeyValue("error", e).log("failed to clear TPM");
            return;
        }
        metrics.retirement(OwnMetrics.Result.OK);
        about(log.atInfo(), machine)
                .addKeyValue("cmdlog", said)
                .log("retirement; deleting encryption keys has been executed successfully");
        set(machine, MachineState.RETIRED);
    }

    private static LoggingEventBuilder about(LoggingEventBuilder line, StatedMachine machine) {
        return line.addKeyValue("serial", machine.serial())
                .addKeyValue("ipv4", machine.address().orElse(""));
    }
}
