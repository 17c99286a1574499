package io.neco.program.teleport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TeleportProgramTest {
    @Test
    void configJoinsTeleportWithTheTokenAndListensForSessions() {
        assertThat(TeleportProgram.config("0123abcd", "10.69.0.195")).isEqualTo("""
                        teleport:
                          data_dir: /var/lib/teleport
                          auth_token: 0123abcd
                          advertise_ip: 10.69.0.195
                          auth_servers: ["teleport-auth.teleport.svc:3025"]
                          log:
                            output: stderr
                            severity: INFO
                          storage:
                            type: dir
                        ssh_service:
                          enabled: yes
                          listen_addr: 0.0.0.0:3022
                          pam:
                            enabled: yes
                            service_name: "teleport"
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nlog: x", "{secret}"})
    void aTokenThatYamlCouldMistakeIsRefusedWithoutTellingIt(String token) {
        assertThatThrownBy(() -> TeleportProgram.config(token, "10.69.0.3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Teleport's token should consist of letters, digits, _ and -, but has other characters");
    }
}
