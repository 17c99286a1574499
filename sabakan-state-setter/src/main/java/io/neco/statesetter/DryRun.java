package io.neco.statesetter;

import io.neco.sabakan.MachineState;
import io.neco.sabakan.MachineStates;
import io.neco.sabakan.StatedMachine;
import io.neco.statesetter.serf.SerfAgent;
import io.neco.time.GoDuration;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks once, and prints what would be done; neither etcd nor sabakan nor a machine is changed. */
final class DryRun {
    private static final List<String> HEAD = List.of("SERIAL", "ADDRESS", "TYPE", "STATE", "WOULD BE", "WHY");

    private final Settings settings;
    private final MachineStates states;
    private final SerfAgent serf;
    private final Inspector inspector;

    DryRun(Settings settings, MachineStates states, SerfAgent serf, Inspector inspector) {
        this.settings = settings;
        this.states = states;
        this.serf = serf;
        this.inspector = inspector;
    }

    /**
     * Looks and prints.
     *
     * @throws IOException when sabakan or the serf agent does not answer
     */
    void run(PrintStream out, Clock clock) throws IOException, InterruptedException {
        List<StatedMachine> machines = states.search(Optional.empty());
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (Finding finding : inspector.inspect(machines, serf.members()).findings()) {
            StatedMachine machine = finding.machine();
            rows.add(List.of(
                    machine.serial(),
                    machine.address().orElse("-"),
                    machine.type().isEmpty() ? "-" : machine.type(),
                    machine.state().word(),
                    wouldBe(finding),
                    why(finding)));
        }
        print(rows, out);
        out.println();
        out.println(settings.shutdown()
                .map(schedule -> "Retired machines would be switched off at "
                        + schedule.next(ZonedDateTime.now(clock.withZone(ZoneId.systemDefault())))
                                .map(ZonedDateTime::toString)
                                .orElse("no time at all")
                        + " (shutdown-schedule " + schedule + ").")
                .orElse("Retired machines would not be switched off: there is no shutdown-schedule."));
    }

    private String wouldBe(Finding finding) {
        StatedMachine machine = finding.machine();
        if (machine.state() == MachineState.RETIRING) {
            return MachineState.RETIRED.word();
        }
        Optional<MachineState> wanted = finding.judgement().verdict().state();
        if (wanted.isEmpty() || wanted.get() == machine.state()) {
            return "-";
        }
        if (wanted.get() != MachineState.UNHEALTHY) {
            return wanted.get().word();
        }
        return settings.type(machine.type())
                .map(type -> "unhealthy in " + GoDuration.format(type.grace()))
                .orElse("unhealthy");
    }

    private static String why(Finding finding) {
        if (finding.machine().state() == MachineState.RETIRING) {
            return "disk keys would be deleted and the TPM cleared";
        }
        Judgement judgement = finding.judgement();
        String reason = judgement.reason().replaceFirst("^[a-z]+; ", "");
        return judgement.details().isEmpty() ? reason : reason + " " + judgement.details();
    }

    private static void print(List<List<String>> rows, PrintStream out) {
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int number = column;
                String cell = row.get(column);
                line.append(cell);
                if (column + 1 < row.size()) {
                    int width = rows.stream()
                            .mapToInt(r -> r.get(number).length())
                            .max()
                            .orElse(0);
                    line.append(" ".repeat(width - cell.length() + 2));
                }
            }
            out.println(line);
        }
    }
}
