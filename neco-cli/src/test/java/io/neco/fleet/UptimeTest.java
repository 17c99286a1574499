package io.neco.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UptimeTest {
    @ParameterizedTest
    @CsvSource({
        "2022-05-25 10:00:00, 2022-05-25 10:00:00, false",
        "2022-05-25 10:00:00, 2022-05-25 10:00:01, false",
        "2022-05-25 10:00:01, 2022-05-25 09:59:59, false",
        "2022-05-25 10:00:00, 2022-05-25 10:01:10, true",
        "'',                  2022-05-25 10:01:10, true",
        "2022-05-25 10:00:00, '',                  false",
        "yesterday,           today,               true",
        "today,               today,               false"
    })
    void tellsAnotherStartFromTheSameOne(String before, String now, boolean isNew) {
        assertThat(new Uptime(now).isNewerThan(new Uptime(before))).isEqualTo(isNew);
    }
}
