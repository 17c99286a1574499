package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronScheduleTest {
    private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

    private static ZonedDateTime tokyo(String time) {
        return LocalDateTime.parse(time).atZone(TOKYO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // May 25, 2022 is a Wednesday
                "0 11 * * *          | 2022-05-25T10:59:59 | 2022-05-25T11:00",
                "0 11 * * *          | 2022-05-25T11:00:00 | 2022-05-26T11:00",
                "*/15 * * * *        | 2022-05-25T10:07:30 | 2022-05-25T10:15",
                "5/20 * * * *        | 2022-05-25T10:07:30 | 2022-05-25T10:25",
                "10-20/5 9,17 * * *  | 2022-05-25T09:20:00 | 2022-05-25T17:10",
                "0 0 1 * *           | 2022-05-25T00:00:00 | 2022-06-01T00:00",
                "0 0 29 2 *          | 2022-05-25T00:00:00 | 2024-02-29T00:00",
                "0 0 * * MON-FRI     | 2022-05-27T12:00:00 | 2022-05-30T00:00",
                "0 0 * jan sun       | 2022-05-27T12:00:00 | 2023-01-01T00:00",
                "0 0 13 * 5          | 2022-05-25T00:00:00 | 2022-05-27T00:00",
                "0 0 ? * 0           | 2022-05-25T00:00:00 | 2022-05-29T00:00",
                "@hourly             | 2022-05-25T10:07:30 | 2022-05-25T11:00",
                "@daily              | 2022-05-25T10:07:30 | 2022-05-26T00:00",
                "@midnight           | 2022-05-25T10:07:30 | 2022-05-26T00:00",
                "@weekly             | 2022-05-25T10:07:30 | 2022-05-29T00:00",
                "@monthly            | 2022-05-25T10:07:30 | 2022-06-01T00:00",
                "@yearly             | 2022-05-25T10:07:30 | 2023-01-01T00:00",
                "@every 1m           | 2022-05-25T10:07:30 | 2022-05-25T10:08:30",
                "@every 1h30m        | 2022-05-25T10:07:30 | 2022-05-25T11:37:30",
                "@every 10ms         | 2022-05-25T10:07:30 | 2022-05-25T10:07:31",
                "CRON_TZ=UTC 0 11 * * *       | 2022-05-25T10:59:59 | 2022-05-25T20:00",
                "TZ=  0 11 * * *              | 2022-05-25T10:59:59 | 2022-05-25T20:00",
                "TZ=Asia/Tokyo 0 11 * * *     | 2022-05-25T10:59:59 | 2022-05-25T11:00",
                "CRON_TZ=America/New_York 0 0 1 * * | 2022-06-01T12:00:00 | 2022-06-01T13:00",
                "CRON_TZ=UTC @daily           | 2022-05-25T10:07:30 | 2022-05-26T09:00",
                "CRON_TZ=UTC @every 1m        | 2022-05-25T10:07:30 | 2022-05-25T10:08:30",
            })
    void findsTheNextTime(String schedule, String now, String next) {
        assertThat(CronSchedule.parse(schedule).next(tokyo(now))).contains(tokyo(next));
    }

    @Test
    void aDayThatNeverComesIsNotFound() {
        assertThat(CronSchedule.parse("0 0 30 2 *").next(tokyo("2022-05-25T00:00")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bad           | expected exactly 5 fields, found 1: [bad]",
                "0 11 * *      | expected exactly 5 fields, found 4: [0 11 * *]",
                "0 0 11 * * *  | expected exactly 5 fields, found 6: [0 0 11 * * *]",
                "60 * * * *    | wrong minute \"60\": it must be within 0 and 59",
                "0 24 * * *    | wrong hour \"24\": it must be within 0 and 23",
                "0 0 0 * *     | wrong day of month \"0\": it must be within 1 and 31",
                "0 0 * 13 *    | wrong month \"13\": it must be within 1 and 12",
                "0 0 * * 7     | wrong day of week \"7\": it must be within 0 and 6",
                "0 0 * * noday | wrong day of week \"noday\": \"noday\" is no number",
                "5-1 * * * *   | wrong minute \"5-1\": it begins after its end",
                "*/0 * * * *   | wrong minute \"*/0\": the step must not be 0",
                "1-2-3 * * * * | wrong minute \"1-2-3\": too many slashes or hyphens",
                "1, * * * *    | wrong minute \"\": \"\" is no number",
                "CRON_TZ=Asia/Tokio 0 11 * * * | unknown time zone \"Asia/Tokio\" in CRON_TZ=Asia/Tokio: it must be a name such as Asia/Tokyo or UTC",
                "TZ=UTC        | expected exactly 5 fields, found 1: []",
                "@sometimes    | unrecognized descriptor: @sometimes",
                "@every soon   | time: invalid duration \"soon\"",
            })
    void saysWhatIsWrong(String schedule, String message) {
        assertThatThrownBy(() -> CronSchedule.parse(schedule))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
