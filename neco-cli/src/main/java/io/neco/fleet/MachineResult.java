package io.neco.fleet;

import io.neco.sabakan.Machine;
import java.util.Locale;

/**
 * What became of the work on one machine.
 *
 * @param machine the machine
 * @param outcome how it ended
 * @param message details, e.g. {@code ok}, {@code On}, or why it failed
 */
public record MachineResult(Machine machine, Outcome outcome, String message) {
    /** How work ends. */
    public enum Outcome {
        /** Done. */
        OK,
        /** There was nothing to do. */
        SKIPPED,
        /** Not done. */
        FAILED;

        /** The name in small letters. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Work that is done. */
    public static MachineResult ok(Machine machine, String message) {
        return new MachineResult(machine, Outcome.OK, message);
    }

    /** Work that was not needed. */
    public static MachineResult skipped(Machine machine, String message) {
        return new MachineResult(machine, Outcome.SKIPPED, message);
    }

    /** Work that failed. */
    public static MachineResult failed(Machine machine, String message) {
        return new MachineResult(machine, Outcome.FAILED, message);
    }

    /** Whether it failed. */
    public boolean isFailed() {
        return outcome == Outcome.FAILED;
    }

    /** The machine's first address; empty text when it has none. */
    public static String address(Machine machine) {
        return machine.ipv4().isEmpty() ? "" : machine.ipv4().get(0);
    }

    /** One line for people. */
    public String line() {
        String address = address(machine);
        String prefix = isFailed() ? "failed: " : outcome == Outcome.SKIPPED ? "skip: " : "";
        return machine.serial() + (address.isEmpty() ? "" : " " + address) + ": " + prefix + message;
    }
}
