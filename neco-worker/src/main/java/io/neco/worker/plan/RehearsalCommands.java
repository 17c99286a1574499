package io.neco.worker.plan;

import io.neco.host.Command;
import io.neco.host.CommandResult;
import io.neco.host.CommandRunner;
import io.neco.host.Systemd;
import io.neco.worker.plan.PlannedChange.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The host's programs: questions are asked, everything else is noted and taken for done. */
final class RehearsalCommands implements CommandRunner {
    private static final int NOT_FOUND = 127;

    private final CommandRunner real;
    private final Systemd systemd;
    private final Notes notes;
    private final Set<String> stopped = ConcurrentHashMap.newKeySet();

    RehearsalCommands(CommandRunner real, Notes notes, RehearsalFiles files) {
        this.real = real;
        this.systemd = new Systemd(real, files);
        this.notes = notes;
    }

    @Override
    public CommandResult run(Command command) throws IOException, InterruptedException {
        if (command.isQuestion()) {
            return ask(command);
        }
        if (command.argv().get(0).equals("systemctl") && command.argv().size() > 1) {
            change(command.argv().subList(1, command.argv().size()));
        } else {
            notes.add(Kind.COMMAND, String.join(" ", command.argv()), "run");
        }
        return new CommandResult(command, 0, "", "");
    }

    private CommandResult ask(Command command) throws InterruptedException {
        try {
            return real.run(command.silent());
        } catch (IOException e) {
            // what an earlier step would have installed is not there yet
            return new CommandResult(command, NOT_FOUND, "", String.valueOf(e.getMessage()));
        }
    }

    private void change(List<String> words) throws IOException, InterruptedException {
        String verb = words.get(0);
        boolean isNow = words.contains("--now");
        List<String> units = new ArrayList<>(words.subList(1, words.size()));
        units.removeIf(word -> word.startsWith("-"));
        for (String unit : units) {
            switch (verb) {
                case "enable" -> enable(unit, isNow);
                case "start" -> start(unit);
                case "stop" -> stop(unit);
                case "disable" -> {
                    notes.add(Kind.SERVICE, unit, "disable");
                    if (isNow) {
                        stop(unit);
                    }
                }
                default -> {
                    stopped.remove(unit);
                    notes.add(Kind.SERVICE, unit, verb);
                }
            }
        }
    }

    private void enable(String unit, boolean isNow) throws IOException, InterruptedException {
        if (!systemd.isEnabled(unit)) {
            notes.add(Kind.SERVICE, unit, "enable");
        }
        if (isNow) {
            start(unit);
        }
    }

    private void start(String unit) throws InterruptedException {
        if (stopped.remove(unit) || !isActive(unit)) {
            notes.add(Kind.SERVICE, unit, "start");
        }
    }

    private void stop(String unit) throws InterruptedException {
        if (!stopped.contains(unit) && isActive(unit)) {
            stopped.add(unit);
            notes.add(Kind.SERVICE, unit, "stop");
        }
    }

    private boolean isActive(String unit) throws InterruptedException {
        return ask(Command.of("systemctl", "is-active", unit).asking()).isSuccess();
    }
}
