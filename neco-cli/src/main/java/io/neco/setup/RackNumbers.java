package io.neco.setup;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Logical rack numbers as operators write them. */
public final class RackNumbers {
    private RackNumbers() {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException for anything but a decimal number of 0 or more; the message names it
     */
    public static int parse(String text) {
        if (!text.matches("\\d+")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no logical rack number: it must be a decimal number of 0"
                            + " or more, as in /etc/neco/rack of the server");
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("logical rack number " + text + " is out of range", e);
        }
    }

    /**
     * Reads several.
     *
     * @return ascending
     * @throws IllegalArgumentException for malformed and double ones; the message names the value
     */
    public static List<Integer> parseAll(List<String> texts) {
        TreeSet<Integer> sorted = new TreeSet<>();
        for (String text : texts) {
            if (!sorted.add(parse(text))) {
                throw new IllegalArgumentException("logical rack number " + text + " is given twice");
            }
        }
        return new ArrayList<>(sorted);
    }

    /** In words: {@code boot server 1} or {@code boot servers 1, 2, 10}, ascending. */
    static String named(Collection<Integer> lrns) {
        return (lrns.size() == 1 ? "boot server " : "boot servers ") + listed(lrns);
    }

    /** {@code 1, 2, 10}, ascending. */
    static String listed(Collection<Integer> lrns) {
        return String.join(", ", lrns.stream().sorted().map(String::valueOf).toList());
    }
}
