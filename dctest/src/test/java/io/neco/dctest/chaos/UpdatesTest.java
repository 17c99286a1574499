package io.neco.dctest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UpdatesTest {
    @Test
    void theNextVersionHasTheNextNumberOfItsDay() {
        assertThat(Updates.next("2022.05.25-1")).isEqualTo("2022.05.25-2");
        assertThat(Updates.next("2022.05.25-9")).isEqualTo("2022.05.25-10");
    }
}
