package io.neco.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.neco.redfish.testing.TestBmc;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DellTpmIT {
    private static final String SYSTEM = "/redfish/v1/Systems/System.Embedded.1";
    private static final String SETTING =
            "PATCH " + SYSTEM + "/Bios/Settings {\"Attributes\":{\"Tpm2Hierarchy\":\"Clear\"}}";
    private static final String JOB =
            "POST /redfish/v1/Managers/iDRAC.Embedded.1/Jobs {\"TargetSettingsURI\":\"" + SYSTEM + "/Bios/Settings\"}";
    private static final String RESET = "POST " + SYSTEM + "/Actions/ComputerSystem.Reset ";

    private final TestBmc bmc = new TestBmc();
    private final Controllers controllers =
            new Controllers(BmcTrust.anything(), new BmcCredentials(TestBmc.USER, TestBmc.PASSWORD));

    @AfterEach
    void close() {
        controllers.close();
        bmc.close();
    }

    private void clear() throws IOException, InterruptedException {
        DellTpm.clear(controllers.open(bmc.address(), Duration.ofSeconds(30)));
    }

    @Test
    void setsTheBiosMakesAJobAndRestarts() throws Exception {
        clear();

        assertThat(bmc.orders()).containsExactly(SETTING, JOB, RESET + "{\"ResetType\":\"ForceRestart\"}");
    }

    @Test
    void startsAServerThatIsOff() throws Exception {
        bmc.powerState = "Off";

        clear();

        assertThat(bmc.powerState).isEqualTo("On");
    }

    @Test
    void doesNotAskForASettingThatIsThereButMakesTheJob() throws Exception {
        bmc.attributes.put("Tpm2Hierarchy", "\"Clear\"");

        clear();

        assertThat(bmc.orders()).containsExactly(JOB, RESET + "{\"ResetType\":\"ForceRestart\"}");
    }

    @Test
    void goesOnWithTheJobOfAnEarlierAttempt() throws Exception {
        bmc.jobs = 1;

        clear();

        assertThat(bmc.orders()).last().isEqualTo(RESET + "{\"ResetType\":\"ForceRestart\"}");
    }

    @Test
    void failsForAnyOtherRefusalOfTheJob() {
        bmc.misbehave(request -> request.endsWith("/Jobs")
                ? Optional.of(TestBmc.error(400, "IDRAC.2.4.SYS428", "The job queue is full."))
                : Optional.empty());

        assertThatIOException()
                .isThrownBy(this::clear)
                .withMessageStartingWith("failed to create bios setting job: ")
                .withMessageContaining("The job queue is full. (IDRAC.2.4.SYS428)");
        assertThat(bmc.orders()).noneMatch(order -> order.startsWith(RESET));
    }

    @Test
    void failsWithoutBiosSettings() {
        bmc.hasBios = false;

        assertThatIOException()
                .isThrownBy(this::clear)
                .withMessage("failed to set bios attribute: the BMC knows no BIOS settings of this machine");
        assertThat(bmc.orders()).isEmpty();
    }

    @Test
    void refusesToRestartAServerBetweenOnAndOff() {
        bmc.powerState = "PoweringOn";

        assertThatIOException()
                .isThrownBy(this::clear)
                .withMessageContaining("failed to reset: unsupported power state: PoweringOn");
    }
}
