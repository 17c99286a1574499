package io.neco.time;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;

/**
 * Durations as Go programs write them, e.g. {@code 1h30m}, {@code 1.5s}, {@code 100ms}; source: https://pkg.go.dev/time#ParseDuration and
 * https://pkg.go.dev/time#Duration.String.
 */
public final class GoDuration {
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MAX_NEGATIVE = MAX.add(BigInteger.ONE);

    private GoDuration() {}

    /**
     * Reads a duration: an optional sign and numbers with units {@code ns us µs ms s m h}; a lone {@code 0} needs no unit.
     *
     * @param text what the user wrote
     * @throws IllegalArgumentException when it is none; the message is Go's, e.g. {@code time: missing unit in duration "5"}
     */
    public static Duration parse(String text) {
        int pos = 0;
        boolean negative = false;
        if (!text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+')) {
            negative = text.charAt(0) == '-';
            pos = 1;
        }
        if (text.substring(pos).equals("0")) {
            return Duration.ZERO;
        }
        if (pos == text.length()) {
            throw invalid(text);
        }
        BigInteger total = BigInteger.ZERO;
        while (pos < text.length()) {
            int start = pos;
            while (pos < text.length() && (isDigit(text.charAt(pos)) || text.charAt(pos) == '.')) {
                pos++;
            }
            String number = text.substring(start, pos);
            if (number.isEmpty() || number.equals(".") || number.indexOf('.') != number.lastIndexOf('.')) {
                throw invalid(text);
            }
            start = pos;
            while (pos < text.length() && !isDigit(text.charAt(pos)) && text.charAt(pos) != '.') {
                pos++;
            }
            String unit = text.substring(start, pos);
            if (unit.isEmpty()) {
                throw new IllegalArgumentException("time: missing unit in duration " + quote(text));
            }
            Long nanos = UNITS.get(unit);
            if (nanos == null) {
                throw new IllegalArgumentException("time: unknown unit " + quote(unit) + " in duration " + quote(text));
            }
            // the fraction of a nanosecond is cut off per term, as Go does
            String decimal = number.startsWith(".") ? "0" + number : number;
            total = total.add(new BigDecimal(decimal.endsWith(".") ? decimal + "0" : decimal)
                    .multiply(BigDecimal.valueOf(nanos))
                    .toBigInteger());
        }
        if (total.compareTo(negative ? MAX_NEGATIVE : MAX) > 0) {
            throw invalid(text);
        }
        return Duration.ofNanos((negative ? total.negate() : total).longValueExact());
    }

    /** Writes a duration in Go's shortest form: {@code 1m0s}, {@code 1h0m0.5s}, {@code 1.5ms}, {@code 0s}. */
    public static String format(Duration duration) {
        BigInteger nanos = BigInteger.valueOf(duration.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000_000L))
                .add(BigInteger.valueOf(duration.getNano()));
        String sign = nanos.signum() < 0 ? "-" : "";
        BigDecimal abs = new BigDecimal(nanos.abs());
        if (nanos.signum() == 0) {
            return "0s";
        }
        if (abs.compareTo(BigDecimal.valueOf(1_000_000_000L)) < 0) {
            long value = abs.longValueExact();
            if (value < 1_000) {
                return sign + value + "ns";
            }
            boolean micro = value < 1_000_000;
            return sign + plain(abs.movePointLeft(micro ? 3 : 6)) + (micro ? "µs" : "ms");
        }
        BigDecimal seconds = abs.movePointLeft(9);
        BigInteger minutes = seconds.toBigInteger().divide(BigInteger.valueOf(60));
        String text = plain(seconds.subtract(new BigDecimal(minutes.multiply(BigInteger.valueOf(60))))) + "s";
        if (minutes.signum() == 0) {
            return sign + text;
        }
        BigInteger[] hours = minutes.divideAndRemainder(BigInteger.valueOf(60));
        text = hours[1] + "m" + text;
        return sign + (hours[0].signum() == 0 ? text : hours[0] + "h" + text);
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("time: invalid duration " + quote(text));
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
