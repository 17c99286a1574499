package io.neco.release;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version as the reference compares them: dot separated numbers, then an optional pre-release part, e.g. {@code 2022.05.25-1}.
 *
 * <p>Source: the hashicorp/go-version library v1.4.0. Leading zeros and what follows a {@code +} do not count; missing numbers are 0;
 * a version without pre-release part is higher than the same with one. The order is not consistent with {@link #equals}, which compares
 * the texts; use {@link #isSameAs}.
 *
 * @param text the version as it was given
 * @param numbers its numbers, three at least
 * @param preRelease what follows the first hyphen; empty: nothing
 */
public record ReleaseVersion(String text, List<BigInteger> numbers, String preRelease)
        implements Comparable<ReleaseVersion> {
    private static final Pattern FORM = Pattern.compile("v?([0-9]+(?:\\.[0-9]+)*)"
            + "(?:-([0-9]+[0-9A-Za-z\\-~]*(?:\\.[0-9A-Za-z\\-~]+)*)"
            + "|(?:-?([A-Za-z\\-~]+[0-9A-Za-z\\-~]*(?:\\.[0-9A-Za-z\\-~]+)*)))?"
            + "(?:\\+[0-9A-Za-z\\-~]+(?:\\.[0-9A-Za-z\\-~]+)*)?");
    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int LEAST_NUMBERS = 3;

    /** Copies the list. */
    public ReleaseVersion {
        numbers = List.copyOf(numbers);
    }

    /**
     * Reads a version.
     *
     * @throws IllegalArgumentException {@code Malformed version: X}
     */
    public static ReleaseVersion parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("Malformed version: " + text);
        }
        List<BigInteger> numbers = new ArrayList<>();
        for (String number : form.group(1).split("\\.", -1)) {
            BigInteger value = new BigInteger(number);
            if (value.compareTo(LARGEST) > 0) {
                throw new IllegalArgumentException("Malformed version: " + text + " (" + number + " is too large)");
            }
            numbers.add(value);
        }
        while (numbers.size() < LEAST_NUMBERS) {
            numbers.add(BigInteger.ZERO);
        }
        String pre = form.group(2) != null ? form.group(2) : form.group(3);
        return new ReleaseVersion(text, numbers, pre == null ? "" : pre);
    }

    /** Whether this version counts as the same. */
    public boolean isSameAs(ReleaseVersion other) {
        return compareTo(other) == 0;
    }

    @Override
    public int compareTo(ReleaseVersion other) {
        int longest = Math.max(numbers.size(), other.numbers.size());
        for (int i = 0; i < longest; i++) {
            int order = number(i).compareTo(other.number(i));
            if (order != 0) {
                return order;
            }
        }
        if (numbers.size() != other.numbers.size()) {
            return 0;
        }
        if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
            return Boolean.compare(preRelease.isEmpty(), other.preRelease.isEmpty());
        }
        return comparePreReleases(
                Arrays.asList(preRelease.split("\\.", -1)), Arrays.asList(other.preRelease.split("\\.", -1)));
    }

    private BigInteger number(int i) {
        return i < numbers.size() ? numbers.get(i) : BigInteger.ZERO;
    }

    private static int comparePreReleases(List<String> a, List<String> b) {
        int longest = Collections.max(List.of(a.size(), b.size()));
        for (int i = 0; i < longest; i++) {
            int order = comparePart(i < a.size() ? a.get(i) : "", i < b.size() ? b.get(i) : "");
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Numbers by value and below words; a missing part is below a number and above a word. */
    private static int comparePart(String a, String b) {
        if (a.equals(b)) {
            return 0;
        }
        if (a.isEmpty()) {
            return isNumber(b) ? -1 : 1;
        }
        if (b.isEmpty()) {
            return isNumber(a) ? 1 : -1;
        }
        if (isNumber(a) && isNumber(b)) {
            return new BigInteger(a).compareTo(new BigInteger(b));
        }
        if (isNumber(a) || isNumber(b)) {
            return isNumber(a) ? -1 : 1;
        }
        return a.compareTo(b);
    }

    private static boolean isNumber(String part) {
        return part.matches("-?\\d+") && new BigInteger(part).bitLength() < Long.SIZE;
    }

    @Override
    public String toString() {
        return text;
    }
}
