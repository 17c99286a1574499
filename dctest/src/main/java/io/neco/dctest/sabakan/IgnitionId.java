package io.neco.dctest.sabakan;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ID of an ignition template: a version such as {@code 2022.05.25-1}, ordered like semantic versions with any number
 * of parts.
 *
 * @param text as given
 */
record IgnitionId(String text) implements Comparable<IgnitionId> {
    private static final Pattern VERSION = Pattern.compile(
            "v?([0-9]+(?:\\.[0-9]+)*)(?:-?([0-9A-Za-z~][0-9A-Za-z\\-~]*(?:\\.[0-9A-Za-z\\-~]+)*))?(?:\\+[0-9A-Za-z\\-~.]+)?");

    static boolean isValid(String text) {
        return VERSION.matcher(text).matches();
    }

    @Override
    public int compareTo(IgnitionId other) {
        Matcher a = VERSION.matcher(text);
        Matcher b = VERSION.matcher(other.text);
        if (!a.matches() || !b.matches()) {
            return text.compareTo(other.text);
        }
        int numbers = compareParts(a.group(1), b.group(1), "0");
        if (numbers != 0) {
            return numbers;
        }
        String x = a.group(2) == null ? "" : a.group(2);
        String y = b.group(2) == null ? "" : b.group(2);
        if (x.isEmpty() || y.isEmpty()) {
            return Boolean.compare(x.isEmpty(), y.isEmpty());
        }
        return compareParts(x, y, "");
    }

    private static int compareParts(String a, String b, String missing) {
        String[] x = a.split("\\.", -1);
        String[] y = b.split("\\.", -1);
        for (int i = 0; i < Math.max(x.length, y.length); i++) {
            int order = comparePart(i < x.length ? x[i] : missing, i < y.length ? y[i] : missing);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int comparePart(String a, String b) {
        boolean numeric = a.matches("\\d+");
        if (numeric && b.matches("\\d+")) {
            return new BigInteger(a).compareTo(new BigInteger(b));
        }
        if (numeric != b.matches("\\d+") && !a.isEmpty() && !b.isEmpty()) {
            return numeric ? -1 : 1;
        }
        return a.compareTo(b);
    }
}
