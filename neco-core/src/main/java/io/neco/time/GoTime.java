package io.neco.time;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Instants as Go programs put them into JSON: RFC 3339 with up to nine fraction digits, trailing zeros cut; source:
 * https://pkg.go.dev/time#Time.MarshalJSON.
 */
public final class GoTime {
    /** Go's zero time, which stands for "never". */
    public static final OffsetDateTime ZERO = OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private static final Pattern RFC3339 = Pattern.compile(
            "(\\d{4})-(\\d\\d)-(\\d\\d)T(\\d\\d):(\\d\\d):(\\d\\d)(?:[.,](\\d+))?(?:(Z)|([+-])(\\d\\d):(\\d\\d))");

    private GoTime() {}

    /** Writes a time, e.g. {@code 2026-11-24T15:42:38.75665842Z}; the offset is kept, {@code Z} when it is zero. */
    public static String format(OffsetDateTime time) {
        StringBuilder text = new StringBuilder(formatSeconds(time));
        if (time.getNano() != 0) {
            String fraction = String.format(Locale.ROOT, ".%09d", time.getNano());
            text.insert(19, fraction.replaceFirst("0+$", ""));
        }
        return text.toString();
    }

    /** Writes a time without its fraction, e.g. {@code 2026-11-24T15:42:38Z}. */
    public static String formatSeconds(OffsetDateTime time) {
        int offset = time.getOffset().getTotalSeconds() / 60;
        String zone = offset == 0
                ? "Z"
                : String.format(
                        Locale.ROOT,
                        "%s%02d:%02d",
                        offset < 0 ? "-" : "+",
                        Math.abs(offset) / 60,
                        Math.abs(offset) % 60);
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02dT%02d:%02d:%02d%s",
                time.getYear(),
                time.getMonthValue(),
                time.getDayOfMonth(),
                time.getHour(),
                time.getMinute(),
                time.getSecond(),
                zone);
    }

    /**
     * Reads a time; digits beyond nanoseconds are cut off.
     *
     * @throws IllegalArgumentException when {@code text} is not RFC 3339
     */
    public static OffsetDateTime parse(String text) {
        Matcher m = RFC3339.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a time such as 2022-05-25T01:02:03.000000004Z");
        }
        String fraction = m.group(7) == null ? "" : m.group(7);
        int nanos = Integer.parseInt((fraction + "000000000").substring(0, 9));
        try {
            ZoneOffset offset = m.group(8) != null ? ZoneOffset.UTC : offset(m);
            return OffsetDateTime.of(
                    LocalDateTime.of(
                            number(m, 1), number(m, 2), number(m, 3), number(m, 4), number(m, 5), number(m, 6), nanos),
                    offset);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a time: " + e.getMessage(), e);
        }
    }

    private static ZoneOffset offset(Matcher m) {
        int seconds = (number(m, 10) * 60 + number(m, 11)) * 60;
        return ZoneOffset.ofTotalSeconds("-".equals(m.group(9)) ? -seconds : seconds);
    }

    private static int number(Matcher m, int group) {
        return Integer.parseInt(m.group(group));
    }
}
