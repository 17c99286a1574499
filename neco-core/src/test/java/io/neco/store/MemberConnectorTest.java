package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemberConnectorTest {
    @Test
    void aTimeoutMayBeShorterThanAMillisecond() {
        EtcdConfig config = new EtcdConfig(
                List.of("http://127.0.0.1:2379"),
                "/neco/",
                Duration.ofNanos(500_000),
                "",
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        EndpointAddress address = EndpointAddress.parse(config.endpoints().get(0), "test");

        try (MemberConnector connector = new MemberConnector(config, List.of(address), new PasswordToken())) {
            EtcdMember member = connector.connectTo(address);

            assertThat(member.url()).isEqualTo("http://127.0.0.1:2379");
            member.close();
        }
    }
}
