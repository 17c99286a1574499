package io.neco.program.cke;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.host.BootServer;
import io.neco.host.Site;
import java.util.List;
import org.junit.jupiter.api.Test;

class CkeProgramTest {
    private static final BootServer SERVERS = new BootServer(Site.defaults());

    @Test
    void configNamesEveryMemberOfEtcdInTheGivenOrder() {
        assertThat(CkeProgram.config(List.of(0, 1, 2), SERVERS)).isEqualTo("""
                        endpoints:
                        - https://10.69.0.3:2379
                        - https://10.69.0.195:2379
                        - https://10.69.1.131:2379
                        tls-cert-file: /etc/cke/etcd.crt
                        tls-key-file: /etc/cke/etcd.key
                        """);
    }

    @Test
    void anEmptyListIsWrittenAsSuch() {
        assertThat(CkeProgram.config(List.of(), SERVERS)).startsWith("endpoints: []\ntls-cert-file: ");
    }
}
