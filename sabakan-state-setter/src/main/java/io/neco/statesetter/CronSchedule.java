package io.neco.statesetter;

import io.neco.time.GoDuration;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * When something is to be done again and again: the five fields of cron (minute, hour, day of month, month, day of week), one of
 * {@code @yearly @annually @monthly @weekly @daily @midnight @hourly}, or {@code @every DURATION}; {@code CRON_TZ=ZONE} or {@code TZ=ZONE} may stand
 * before it. If both days are restricted, either of them is
 * enough. Source: https://pkg.go.dev/github.com/robfig/cron/v3.
 */
final class CronSchedule {
    private static final String DAILY = "0 0 * * *";
    private static final String YEARLY = "0 0 1 1 *";
    /** A day that never comes, such as February 30, is not looked for any longer. */
    private static final int MOST_YEARS = 5;

    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /** A field: its name in messages, its bounds, and words for its values from {@code least} on. */
    private record Bounds(String name, int least, int most, List<String> words) {}

    private static final List<Bounds> FIELDS = List.of(
            new Bounds("minute", 0, 59, List.of()),
            new Bounds("hour", 0, 23, List.of()),
            new Bounds("day of month", 1, 31, List.of()),
            new Bounds("month", 1, 12, MONTHS),
            new Bounds("day of week", 0, 6, DAYS));

    /** The values of a field; {@code isAny} when it was not restricted. */
    private record Field(BitSet values, boolean isAny) {
        boolean has(int value) {
            return values.get(value);
        }
    }

    private final String text;
    private final Optional<ZoneId> zone;
    private final List<Field> fields;
    private final Duration every;

    private CronSchedule(String text, Optional<ZoneId> zone, List<Field> fields, Duration every) {
        this.text = text;
        this.zone = zone;
        this.fields = fields;
        this.every = every;
    }

    /**
     * Understands a schedule.
     *
     * @throws IllegalArgumentException when it is none; the message tells what is wrong with it
     */
    static CronSchedule parse(String text) {
        String stripped = text.strip();
        String[] zoneAndRest =
                stripped.matches("(?s)(CRON_)?TZ=.*") ? stripped.split("\\s+", 2) : new String[] {"", stripped};
        Optional<ZoneId> zone = zone(zoneAndRest[0]);
        String schedule = zoneAndRest.length == 2 ? zoneAndRest[1] : "";
        if (schedule.startsWith("@every ")) {
            Duration every =
                    GoDuration.parse(schedule.substring("@every ".length()).strip());
            // shorter ones and fractions of a second are rounded, as the reference's library does
            Duration seconds = every.compareTo(Duration.ofSeconds(1)) < 0
                    ? Duration.ofSeconds(1)
                    : every.truncatedTo(ChronoUnit.SECONDS);
            return new CronSchedule(stripped, zone, List.of(), seconds);
        }
        if (schedule.startsWith("@")) {
            return new CronSchedule(stripped, zone, fields(described(schedule)), Duration.ZERO);
        }
        return new CronSchedule(stripped, zone, fields(schedule), Duration.ZERO);
    }

    /** The zone of a prefix, empty without one; a zone of no name is UTC, as for the reference's library. */
    private static Optional<ZoneId> zone(String prefix) {
        if (prefix.isEmpty()) {
            return Optional.empty();
        }
        String name = prefix.substring(prefix.indexOf('=') + 1);
        try {
            return Optional.of(name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "unknown time zone \"" + name + "\" in " + prefix + ": it must be a name such as Asia/Tokyo or UTC",
                    e);
        }
    }

    private static String described(String word) {
        return switch (word) {
            case "@yearly", "@annually" -> YEARLY;
            case "@monthly" -> "0 0 1 * *";
            case "@weekly" -> "0 0 * * 0";
            case "@daily", "@midnight" -> DAILY;
            case "@hourly" -> "0 * * * *";
            default -> throw new IllegalArgumentException("unrecognized descriptor: " + word);
        };
    }

    private static List<Field> fields(String text) {
        String[] words = text.strip().split("\\s+", -1);
        if (words.length != FIELDS.size()) {
            throw new IllegalArgumentException(
                    "expected exactly 5 fields, found " + words.length + ": [" + String.join(" ", words) + "]");
        }
        Field[] fields = new Field[words.length];
        for (int i = 0; i < words.length; i++) {
            fields[i] = field(words[i], FIELDS.get(i));
        }
        return List.of(fields);
    }

    private static Field field(String text, Bounds bounds) {
        BitSet values = new BitSet();
        boolean isAny = false;
        for (String part : text.split(",", -1)) {
            isAny |= range(part, bounds, values);
        }
        return new Field(values, isAny);
    }

    /** Adds the values of {@code A}, {@code A-B}, {@code *}, each with or without {@code /STEP}; whether it was a bare star. */
    private static boolean range(String part, Bounds bounds, BitSet values) {
        String[] rangeAndStep = part.split("/", -1);
        String[] ends = rangeAndStep[0].split("-", -1);
        if (rangeAndStep.length > 2 || ends.length > 2) {
            throw wrong(part, bounds, "too many slashes or hyphens");
        }
        boolean isStar = rangeAndStep[0].equals("*") || rangeAndStep[0].equals("?");
        int first = isStar ? bounds.least : number(ends[0], part, bounds);
        int last = isStar ? bounds.most : ends.length == 2 ? number(ends[1], part, bounds) : first;
        int step = 1;
        if (rangeAndStep.length == 2) {
            step = digits(rangeAndStep[1], part, bounds);
            if (ends.length == 1 && !isStar) {
                last = bounds.most;
            }
        }
        if (first < bounds.least || last > bounds.most) {
            throw wrong(part, bounds, "it must be within " + bounds.least + " and " + bounds.most);
        }
        if (first > last) {
            throw wrong(part, bounds, "it begins after its end");
        }
        if (step == 0) {
            throw wrong(part, bounds, "the step must not be 0");
        }
        for (int value = first; value <= last; value += step) {
            values.set(value);
        }
        return isStar && step == 1;
    }

    private static int number(String text, String part, Bounds bounds) {
        int word = bounds.words.indexOf(text.toLowerCase(Locale.ROOT));
        return word >= 0 ? word + bounds.least : digits(text, part, bounds);
    }

    private static int digits(String text, String part, Bounds bounds) {
        if (!text.matches("\\d{1,4}")) {
            throw wrong(part, bounds, "\"" + text + "\" is no number");
        }
        return Integer.parseInt(text);
    }

    private static IllegalArgumentException wrong(String part, Bounds bounds, String reason) {
        return new IllegalArgumentException("wrong " + bounds.name + " \"" + part + "\": " + reason);
    }

    /** The first time after {@code now} that fits in the schedule's time zone, or else in that of {@code now}, which the answer has; empty when there is none within five years. */
    Optional<ZonedDateTime> next(ZonedDateTime now) {
        if (!every.isZero()) {
            return Optional.of(now.truncatedTo(ChronoUnit.SECONDS).plus(every));
        }
        ZonedDateTime here = zone.map(now::withZoneSameInstant).orElse(now);
        ZonedDateTime time = here.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        int lastYear = here.getYear() + MOST_YEARS;
        while (time.getYear() <= lastYear) {
            if (!fields.get(3).has(time.getMonthValue())) {
                time = time.plusMonths(1).withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS);
            } else if (!isDay(time)) {
                time = time.plusDays(1).truncatedTo(ChronoUnit.DAYS);
            } else if (!fields.get(1).has(time.getHour())) {
                time = time.plusHours(1).truncatedTo(ChronoUnit.HOURS);
            } else if (!fields.get(0).has(time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                return Optional.of(time.withZoneSameInstant(now.getZone()));
            }
        }
        return Optional.empty();
    }

    private boolean isDay(ZonedDateTime time) {
        Field ofMonth = fields.get(2);
        Field ofWeek = fields.get(4);
        boolean isMonthDay = ofMonth.has(time.getDayOfMonth());
        boolean isWeekDay = ofWeek.has(time.getDayOfWeek().getValue() % 7);
        return (ofMonth.isAny || ofWeek.isAny) ? isMonthDay && isWeekDay : isMonthDay || isWeekDay;
    }

    @Override
    public String toString() {
        return text;
    }
}
