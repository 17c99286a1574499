package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
    private static final Map<String, String> SAMPLE = Map.of("controller", "NonRAID.1", "device", "Disk.Bay.3");

    private static Map<String, String> map(String text) {
        if (text.isEmpty()) {
            return Map.of();
        }
        Map<String, String> map = new java.util.HashMap<>();
        for (String pair : text.split(" ", -1)) {
            map.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
        }
        return map;
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', true",
        "controller=NonRAID.1, '', true",
        "controller=NonRAID.1 device=Disk.Bay.3, '', true",
        "controller=NonRAID, '', false",
        "controller=NonRAID.1 device=x, '', false",
        "absent=x, '', false",
        "'', device=Disk., true",
        "'', device=Disk.Bay.3, true",
        "'', device=Disk. controller=Non, true",
        "'', device=Disk. controller=RAID, false",
        "'', absent=x, false",
        "'', absent=, false",
        "controller=NonRAID.1, device=Disk., true",
        "controller=x, device=Disk., false",
        "controller=NonRAID.1, device=x, false",
    })
    void allConditionsMustHold(String labels, String prefixes, boolean matches) {
        assertThat(new Selector(map(labels), map(prefixes)).matches(SAMPLE)).isEqualTo(matches);
    }
}
