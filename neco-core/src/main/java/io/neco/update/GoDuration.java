package io.neco.update;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;

/**
 * Durations in the text form operators and files use: {@code 2s}, {@code 1h0m0s}, {@code 1.5ms}.
 *
 * <p>Source: the syntax of Go's time.ParseDuration and Duration.String (pkg.go.dev/time), which the reference exposes in its flags,
 * its configuration file and its messages. The range is Go's: 64 bit nanoseconds.
 */
public final class GoDuration {
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private GoDuration() {}

    /**
     * Reads a duration: a sequence of decimal numbers, each with an optional fraction and one of the units ns, us, ms, s, m, h; a
     * sign may come first.
     *
     * @throws IllegalArgumentException when {@code text} is not a duration; the message is Go's and names the text
     */
    public static Duration parse(String text) {
        boolean isNegative = text.startsWith("-");
        String rest = isNegative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        if (rest.isEmpty()) {
            throw invalid(text);
        }
        BigInteger nanos = BigInteger.ZERO;
        int at = 0;
        while (at < rest.length()) {
            int numberEnd = skip(rest, at, true);
            String number = rest.substring(at, numberEnd);
            if (number.chars().noneMatch(Character::isDigit) || number.indexOf('.') != number.lastIndexOf('.')) {
                throw invalid(text);
            }
            int unitEnd = skip(rest, numberEnd, false);
            if (unitEnd == numberEnd) {
                throw new IllegalArgumentException("time: missing unit in duration \"" + text + "\"");
            }
            BigDecimal unit = unit(rest.substring(numberEnd, unitEnd), text);
            nanos = nanos.add(new BigDecimal(padded(number))
                    .multiply(unit)
                    .setScale(0, RoundingMode.DOWN)
                    .toBigInteger());
            if (nanos.compareTo(MAX) > 0) {
                throw invalid(text);
            }
            at = unitEnd;
        }
        return Duration.ofNanos(isNegative ? -nanos.longValue() : nanos.longValue());
    }

    /** The text form, as short as Go writes it: {@code 0s}, {@code 4s}, {@code 1h0m0s}, {@code 1.5ms}. */
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.isNegative()) {
            return "-" + format(duration.negated());
        }
        if (duration.toSeconds() == 0) {
            int nanos = duration.toNanosPart();
            if (nanos < 1_000) {
                return nanos + "ns";
            }
            return nanos < 1_000_000 ? decimal(nanos, 3) + "µs" : decimal(nanos, 6) + "ms";
        }
        long hours = duration.toHours();
        int minutes = duration.toMinutesPart();
        String seconds = decimal(duration.toSecondsPart() * 1_000_000_000L + duration.toNanosPart(), 9) + "s";
        if (hours > 0) {
            return hours + "h" + minutes + "m" + seconds;
        }
        return minutes > 0 ? minutes + "m" + seconds : seconds;
    }

    private static String decimal(long value, int scale) {
        return value == 0
                ? "0"
                : BigDecimal.valueOf(value, scale).stripTrailingZeros().toPlainString();
    }

    private static int skip(String text, int from, boolean number) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == '.' || isDigit(text.charAt(at))) == number) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String padded(String number) {
        String left = number.startsWith(".") ? "0" + number : number;
        return left.endsWith(".") ? left + "0" : left;
    }

    private static BigDecimal unit(String unit, String text) {
        return BigDecimal.valueOf(
                switch (unit) {
                    case "ns" -> 1L;
                    case "us", "\u00b5s", "\u03bcs" -> 1_000L;
                    case "ms" -> 1_000_000L;
                    case "s" -> 1_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    default ->
                        throw new IllegalArgumentException(
                                "time: unknown unit \"" + unit + "\" in duration \"" + text + "\"");
                });
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("time: invalid duration \"" + text + "\"");
    }
}
