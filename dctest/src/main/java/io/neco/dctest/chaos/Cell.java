package io.neco.dctest.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One update with one fault.
 *
 * @param step the step at which the fault is to come, from 1 to {@link #STEPS}; {@link #INSTALLATION} for a fault before them
 * @param fault what comes
 */
public record Cell(int step, Fault fault) {
    /** How many steps an update has (docs/update.md); a run fails when servers complete at another one. */
    public static final int STEPS = 18;
    /** What comes before the steps: all servers install another version of the package. */
    public static final int INSTALLATION = 0;

    private static final String ALLOWED =
            "steps are 1 to " + STEPS + ", and " + INSTALLATION + " is the installation before them";

    /**
     * Checks the step.
     *
     * @throws IllegalArgumentException if there is no such step
     */
    public Cell {
        if (step < INSTALLATION || step > STEPS) {
            throw new IllegalArgumentException("there is no step " + step + ": " + ALLOWED);
        }
    }

    /**
     * The cell with a name, e.g. {@code 14/cut}.
     *
     * @throws IllegalArgumentException if it names none; the message says why
     */
    public static Cell of(String name) {
        int slash = name.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a cell is STEP/FAULT, e.g. 14/cut, not '" + name + "'");
        }
        return new Cell(number(name.substring(0, slash)), Fault.of(name.substring(slash + 1)));
    }

    /**
     * All cells of some steps and faults, step by step.
     *
     * @param steps numbers and ranges with commas, e.g. {@code 1,4,9-12}; empty for all
     * @param faults labels with commas; empty for all
     * @throws IllegalArgumentException if one of them does not exist; the message says which and what there is
     */
    public static List<Cell> matrix(String steps, String faults) {
        List<Fault> chosen = faults.isEmpty()
                ? List.of(Fault.values())
                : List.of(faults.split(",", -1)).stream()
                        .map(Fault::of)
                        .distinct()
                        .toList();
        List<Cell> cells = new ArrayList<>();
        for (int step : steps(steps.isEmpty() ? INSTALLATION + "-" + STEPS : steps)) {
            chosen.forEach(fault -> cells.add(new Cell(step, fault)));
        }
        return cells;
    }

    private static List<Integer> steps(String list) {
        List<Integer> steps = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = number(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : number(part.substring(dash + 1));
            if (last < first) {
                throw new IllegalArgumentException("'" + part + "' is no range of steps");
            }
            IntStream.rangeClosed(first, last).forEach(steps::add);
        }
        return steps.stream().distinct().toList();
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no step: " + ALLOWED, e);
        }
    }

    @Override
    public String toString() {
        return step + "/" + fault.label();
    }
}
