package io.neco.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.neco.redfish.testing.TestBmc;
import io.neco.redfish.testing.TestBmc.Reply;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a BMC that speaks TLS and has a certificate nobody knows. */
class RedfishClientIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String SYSTEM = "/redfish/v1/Systems/System.Embedded.1";

    @TempDir
    private Path directory;

    private final TestBmc bmc = new TestBmc();
    private final Controllers controllers =
            new Controllers(BmcTrust.anything(), new BmcCredentials(TestBmc.USER, TestBmc.PASSWORD));

    @AfterEach
    void close() {
        controllers.close();
        bmc.close();
    }

    private RedfishClient client() throws IOException {
        return controllers.open(bmc.address(), DEADLINE);
    }

    @Test
    void findsTheOneComputerByTheLinksOfTheService() throws Exception {
        ComputerSystem system = client().system();

        assertThat(system.powerState()).isEqualTo("On");
        assertThat(system.trustedModules())
                .contains(List.of(new TrustedModule("7.2.1.0", "", "TPM2_0", "", "", "", "Enabled")));
        assertThat(bmc.requests()).containsExactly("GET /redfish/v1/", "GET /redfish/v1/Systems", "GET " + SYSTEM);
    }

    @Test
    void resetsAComputer() throws Exception {
        RedfishClient client = client();

        client.reset(client.system(), ResetType.FORCE_OFF);

        assertThat(bmc.powerState).isEqualTo("Off");
        assertThat(bmc.orders())
                .containsExactly("POST " + SYSTEM + "/Actions/ComputerSystem.Reset {\"ResetType\":\"ForceOff\"}");
    }

    @Test
    void sendsNoResetTheServiceDoesNotSupport() throws Exception {
        bmc.resetTypes = List.of("On");
        RedfishClient client = client();
        ComputerSystem system = client.system();

        assertThatIOException()
                .isThrownBy(() -> client.reset(system, ResetType.FORCE_OFF))
                .withMessage("reset type 'ForceOff' is not supported by this service (supported: On)");

        assertThat(bmc.orders()).isEmpty();
    }

    @Test
    void sendsAnyResetToAServiceThatListsNone() throws Exception {
        bmc.resetTypes = List.of();
        RedfishClient client = client();

        client.reset(client.system(), ResetType.FORCE_OFF);

        assertThat(bmc.powerState).isEqualTo("Off");
    }

    @Test
    void wantsExactlyOneComputer() {
        bmc.systems = 2;

        assertThatIOException()
                .isThrownBy(() -> client().system())
                .withMessageContaining("computer Systems length should be 1, actual: 2");
    }

    @Test
    void readsBiosSettingsAndChangesThem() throws Exception {
        RedfishClient client = client();
        Bios bios = client.bios(client.system()).orElseThrow();

        assertThat(String.valueOf(bios.attributes().get("TpmCount"))).isEqualTo("1");
        client.setBiosAttribute(bios, "Tpm2Hierarchy", "Clear");
        client.setBiosAttribute(bios, "BootMode", "Uefi");

        assertThat(bmc.pending).containsOnlyKeys("Tpm2Hierarchy").containsEntry("Tpm2Hierarchy", "\"Clear\"");
    }

    @Test
    void takesAMissingBiosForNone() throws Exception {
        bmc.hasBios = false;
        RedfishClient client = client();

        assertThat(client.bios(client.system())).isEmpty();
    }

    @Test
    void saysWhatToDoWhenThePasswordIsWrong() {
        try (Controllers others =
                new Controllers(BmcTrust.anything(), new BmcCredentials(TestBmc.USER, "wrong-password"))) {
            assertThatIOException()
                    .isThrownBy(() -> others.open(bmc.address(), DEADLINE).system())
                    .withMessageContaining(
                            "status 401: There is no valid session established. (Base.1.8.NoValidSession)")
                    .withMessageContaining("`neco bmc config set ipmi-user`")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong-password"));
        }
        // a controller locks users out that come again and again
        assertThat(bmc.requests()).containsExactly("GET /redfish/v1/", "GET /redfish/v1/Systems");
        assertThat(new BmcCredentials("a", "b-c-d").toString()).doesNotContain("b-c-d");
    }

    @Test
    void repeatsQuestionsToABusyBmcButNoOrders() throws Exception {
        AtomicInteger questions = new AtomicInteger();
        bmc.misbehave(request -> {
            boolean isBusy = request.startsWith("POST ")
                    || (request.equals("GET /redfish/v1/Systems") && questions.incrementAndGet() < 3);
            return isBusy
                    ? Optional.of(TestBmc.error(503, "Base.1.8.ServiceTemporarilyUnavailable", "Retry later."))
                    : Optional.empty();
        });
        RedfishClient client = client();
        ComputerSystem system = client.system();

        assertThatIOException()
                .isThrownBy(() -> client.reset(system, ResetType.FORCE_OFF))
                .withMessageContaining("status 503: Retry later.");

        assertThat(questions).hasValue(3);
        assertThat(bmc.orders()).hasSize(1);
    }

    @Test
    void quotesAnErrorPageThatIsNoRedfish() {
        bmc.misbehave(request -> Optional.of(new Reply(500, "<html>\n<h1>oops</h1>\n</html>")));

        assertThatIOException()
                .isThrownBy(() -> client().system())
                .withMessageContaining(
                        "GET https://" + bmc.address() + "/redfish/v1/: status 500: <html> <h1>oops</h1> </html>");
    }

    @Test
    void saysThatAnAnswerIsNotJson() {
        bmc.misbehave(request ->
                request.endsWith("/Systems") ? Optional.of(new Reply(200, "{\"Members\":")) : Optional.empty());

        assertThatIOException()
                .isThrownBy(() -> client().system())
                .withMessageContaining("/redfish/v1/Systems: the BMC's answer is not JSON");
    }

    @Test
    void doesNotTellThePasswordToAnotherServer() {
        try (TestBmc other = new TestBmc()) {
            bmc.misbehave(request -> request.endsWith("/redfish/v1/")
                    ? Optional.of(new Reply(
                            200,
                            "{\"Systems\":{\"@odata.id\":\"https://" + other.address() + "/redfish/v1/Systems\"}}"))
                    : Optional.empty());

            assertThatIOException()
                    .isThrownBy(() -> client().system())
                    .withMessageContaining("names a resource of another server");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void givesUpASlowBmcAtTheDeadlineOfTheWork() {
        bmc.hang("GET " + SYSTEM);

        assertThatIOException()
                .isThrownBy(() ->
                        controllers.open(bmc.address(), Duration.ofMillis(1500)).system())
                .isInstanceOf(HttpTimeoutException.class)
                .withMessageContaining("no answer within");
    }

    @Test
    void namesABmcThatCannotBeReached() {
        String address = bmc.address();
        bmc.close();

        assertThatIOException()
                .isThrownBy(
                        () -> controllers.open(address, Duration.ofSeconds(2)).system())
                .withMessageContaining("https://" + address)
                .withMessageContaining("cannot connect");
        assertThatIOException()
                .isThrownBy(() -> controllers.open("no such address", DEADLINE))
                .withMessageContaining("\"no such address\" is no address of a BMC");
    }

    @Test
    void checksCertificatesOnceItHasACa() throws Exception {
        BmcCredentials credentials = new BmcCredentials(TestBmc.USER, TestBmc.PASSWORD);
        Path ca = bmc.caFile(directory.resolve("bmc-ca.crt"));
        try (Controllers verifying = new Controllers(BmcTrust.authorityOrAnything(ca), credentials)) {
            assertThat(verifying.open(bmc.address(), DEADLINE).system().powerState())
                    .isEqualTo("On");
            assertThatIOException()
                    .isThrownBy(() ->
                            verifying.open(bmc.addressByOtherName(), DEADLINE).system())
                    .withMessageContaining("the BMC's certificate is not accepted");
        }
        int before = bmc.requests().size();
        try (TestBmc stranger = new TestBmc();
                Controllers verifying = new Controllers(
                        BmcTrust.authority(stranger.caFile(directory.resolve("other.crt"))), credentials)) {
            assertThatIOException()
                    .isThrownBy(() -> verifying.open(bmc.address(), DEADLINE).system())
                    .withMessageContaining("the BMC's certificate is not accepted");
        }
        assertThat(bmc.requests()).hasSize(before);
    }

    @Test
    void saysWhatIsWrongWithTheFileOfTheCa() throws IOException {
        Path file = Files.writeString(directory.resolve("empty.crt"), "nothing\n");

        assertThatIOException()
                .isThrownBy(() -> BmcTrust.authority(file))
                .withMessageContaining("there is no certificate in " + file);
        assertThatIOException()
                .isThrownBy(() -> BmcTrust.authority(directory.resolve("missing.crt")))
                .withMessageContaining("there is no file " + directory.resolve("missing.crt"));
    }
}
