package io.neco.statesetter;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.http.HttpClients;
import io.neco.http.WebClient;
import io.neco.sabakan.MachineState;
import io.neco.sabakan.StatedMachine;
import io.neco.statesetter.serf.SerfMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectorTest {
    private static final StatedMachine MACHINE =
            new StatedMachine("a", Map.of("machine-type", "t"), List.of("10.69.0.4"), MachineState.HEALTHY);

    private static SerfMember member(String name, String status) {
        return new SerfMember(name, "10.69.0.4", status, Map.of(Health.FAILED_UNITS, ""));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofTwoMembersWithOneAddressTheOneThatIsAliveCounts(boolean isLast) throws InterruptedException {
        Settings settings =
                new Settings(Optional.empty(), Map.of("t", new MachineType("t", Duration.ofHours(1), List.of())));
        List<SerfMember> members = new ArrayList<>(List.of(member("new", "alive"), member("old", "failed")));
        if (isLast) {
            Collections.reverse(members);
        }
        try (WebClient web = new HttpClients().local()) {
            assertThat(new Inspector(settings, new Scraper(web), 1)
                            .inspect(List.of(MACHINE), members)
                            .findings())
                    .singleElement()
                    .satisfies(
                            finding -> assertThat(finding.judgement().verdict()).isEqualTo(Verdict.HEALTHY));
        }
    }
}
