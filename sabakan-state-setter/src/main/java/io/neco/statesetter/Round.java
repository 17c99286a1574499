package io.neco.statesetter;

import io.neco.daemon.SteadyClock;
import io.neco.sabakan.MachineState;
import io.neco.sabakan.MachineStates;
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
final class Round implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Round.class);

    private final Settings settings;
    private final MachineStates states;
    private final SerfAgent serf;
    private final Inspector inspector;
    private final StateChanges changes;
    private final Retirement retirement;
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
            SerfAgent serf,
            Inspector inspector,
            StateChanges changes,
            Retirement retirement,
            OwnMetrics metrics,
            Clock clock) {
        this.settings = settings;
        this.states = states;
        this.serf = serf;
        this.inspector = inspector;
        this.changes = changes;
        this.retirement = retirement;
        this.metrics = metrics;
        this.clock = clock;
        this.steady = new SteadyClock(clock);
    }

    /**
     * Looks once; failures are logged, and the next time it is tried again.
     *
     * @param isLeading asked right before each change: nothing more is sent when this process does not lead any more
     */
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
        boolean isRetiring = retirement.isUnderWay();
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
        // else what sabakan said when this look began may not be true any more of machines retired since
        if (!isRetiring) {
            retirement.begin(machines, isLeading);
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
            StateChanges.about(log.atWarn(), machine)
                    .addKeyValue("machine_type", machine.type())
                    .log("unknown machine type");
        }
        LoggingEventBuilder line = StateChanges.about(isNew ? log.atInfo() : log.atDebug(), machine);
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
        StateChanges.Outcome outcome = changes.send(machine, wanted.get());
        if (outcome == StateChanges.Outcome.DONE) {
            grace.clear(machine.serial());
        }
        return outcome != StateChanges.Outcome.NO_ANSWER;
    }

    /** Ends what was begun; a command under way is killed. */
    @Override
    public void close() {
        retirement.close();
    }
}
