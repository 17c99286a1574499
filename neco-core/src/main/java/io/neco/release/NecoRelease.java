package io.neco.release;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of the neco package, {@code YYYY.MM.DD-NUMBER}; source: updater/release.go at 1eec387.
 *
 * @param date the day it was made
 * @param number number of the build that made it
 */
public record NecoRelease(LocalDate date, BigInteger number) {
    private static final Pattern DATE = Pattern.compile("(\\d{4})\\.(\\d\\d)\\.(\\d\\d)");
    private static final Pattern NUMBER = Pattern.compile("[+]?\\d+");

    /**
     * Reads a version.
     *
     * @throws IllegalArgumentException when it has another form; the message names the text and the form
     */
    public static NecoRelease parse(String text) {
        String[] parts = text.split("-", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("tag should have \"YYYY.MM.DD-UNIQUE_ID\", but got " + text);
        }
        Matcher date = DATE.matcher(parts[0]);
        if (!date.matches()) {
            throw new IllegalArgumentException(
                    "release " + text + " should begin with a date YYYY.MM.DD, but has " + parts[0]);
        }
        if (!NUMBER.matcher(parts[1]).matches()) {
            throw new IllegalArgumentException("release " + text + " should end with a number, but has " + parts[1]);
        }
        try {
            return new NecoRelease(
                    LocalDate.of(
                            Integer.parseInt(date.group(1)),
                            Integer.parseInt(date.group(2)),
                            Integer.parseInt(date.group(3))),
                    new BigInteger(parts[1]));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "release " + text + " should begin with a date, but " + parts[0] + " is none: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Whether this release is newer: its date is not earlier <em>and</em> its number is larger. A later date with a lower number is not
     * newer, as in the reference.
     */
    public boolean isNewerThan(NecoRelease other) {
        return !date.isBefore(other.date) && number.compareTo(other.number) > 0;
    }

    /** Whether this release is of a later day and not newer all the same: somebody has published it to be installed, and it never is. */
    public boolean isPassedOverAfter(NecoRelease other) {
        return date.isAfter(other.date) && !isNewerThan(other);
    }
}
