package io.neco.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.neco.host.BootServer;
import io.neco.host.FileMode;
import io.neco.host.Site;
import io.neco.http.testing.TestHttpServer;
import io.neco.http.testing.TestHttpServer.Reply;
import io.neco.program.vault.VaultCa;
import io.neco.store.EtcdConfigException;
import io.neco.vault.VaultClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhasesTest {
    @TempDir
    private Path root;

    @Test
    void theLeaderInstallsVaultFirst() throws IOException, InterruptedException {
        FakeHost host = new FakeHost(root);

        new ToolsPhase(host.host(), cluster(0)).run().join();

        assertThat(host.commands)
                .containsExactly(
                        "pull quay.io/cybozu/vault:1.10.2.1",
                        "run quay.io/cybozu/vault:1.10.2.1 /usr/local/bin:/host /usr/local/vault/install-tools",
                        "pull quay.io/cybozu/etcd:3.5.4.1",
                        "run quay.io/cybozu/etcd:3.5.4.1 /usr/local/bin:/host /usr/local/etcd/install-tools");
    }

    @Test
    void theOthersInstallTheSame() throws IOException, InterruptedException {
        FakeHost host = new FakeHost(root);

        new ToolsPhase(host.host(), cluster(1)).run().join();

        assertThat(host.commands).hasSize(4).anyMatch(c -> c.contains("vault/install-tools"));
    }

    @Test
    void aFaultInTheBackgroundIsSeenByWhoeverWaits() throws InterruptedException {
        Background work = Background.start("work", () -> {
            throw new IOException("no such image");
        });

        assertThatThrownBy(work::join).isInstanceOf(IOException.class).hasMessage("no such image");
        assertThatThrownBy(work::check).hasMessage("no such image");
    }

    @Test
    void aVaultThatCannotBeToldToReadItsCertificatesAnewIsRestarted() throws IOException, InterruptedException {
        FakeHost host = new FakeHost(root);
        VaultPhase phase = new VaultPhase(host.host(), cluster(0), new Waiting(), () -> {
            throw new AssertionError("nothing is asked of Vault here");
        });

        phase.takeUpCertificates();

        assertThat(host.commands).containsExactly("signal vault HUP", "systemctl restart vault.service");
    }

    /** Time does not mend it. */
    @Test
    void aCertificateForEtcdThatCannotBeReadIsNotWaitedOut() throws IOException {
        FakeHost host = new FakeHost(root);
        host.files.write("/etc/neco/config.yml", "tls-cert: nonsense\ntls-key: nonsense\n", FileMode.WORLD_READABLE);
        EtcdPhase phase = new EtcdPhase(host.host(), cluster(0), impatient(), node0 -> true);

        assertThatThrownBy(phase::reconnect)
                .isInstanceOf(EtcdConfigException.class)
                .hasMessageContaining("tls-cert");
    }

    @ParameterizedTest
    @CsvSource({
        "10.69.0.195 10.69.1.131, 'boot servers 1, 2'",
        "10.69.1.131, boot server 2",
    })
    void theWaitForEtcdNamesTheServersWhoseEtcdCannotBeReached(String dead, String named) {
        EtcdPhase phase = new EtcdPhase(
                new FakeHost(root).host(),
                cluster(0),
                impatient(),
                node0 -> !node0.equals("127.0.0.1") && !List.of(dead.split(" ")).contains(node0));

        assertThatThrownBy(phase::run)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("waiting for a majority of etcd's members: gave up after ")
                .hasMessageContaining("missing: etcd of this host does not listen yet; no etcd can be reached on "
                        + named + ": see the output of neco setup there;");
    }

    @Test
    void theWaitForVaultNamesTheServersWhoseEtcdCannotBeReachedAndTheOneThatLeads() {
        VaultPhase phase = new VaultPhase(
                new FakeHost(root).host(),
                cluster(1),
                impatient(),
                () -> {
                    throw new AssertionError("the client is given");
                },
                node0 -> !node0.equals("10.69.1.131"));

        try (TestHttpServer vault = new TestHttpServer(request -> Reply.of(500, "{\"errors\":[\"no leader\"]}"))) {
            assertThatThrownBy(() -> phase.awaitLeader(
                            VaultClient.connect(vault.uri().toString(), null).withToken("token")))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("waiting for Vault's active server: gave up after ")
                    .hasMessageContaining("no etcd can be reached on boot server 2: see the output of neco setup there")
                    .hasMessageContaining("on boot server 0, whose Vault is the first to be active");
        }
    }

    @Test
    void noTemporaryVaultIsStartedBesideOneThatAKilledSetupHasLeft() throws IOException {
        try (TestHttpServer vault =
                new TestHttpServer(request -> Reply.of(200, "{\"initialized\":true,\"sealed\":false,\"standby\":false}")
                        .with("Content-Type", "application/json"))) {
            String address = vault.uri().toString();
            assertThatThrownBy(() -> BootstrapVault.refuseBesideAnother(VaultClient.connect(address, null)))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("a Vault answers at " + address + " already")
                    .hasMessageContaining("pkill -f 'vault server -dev'")
                    .hasMessageContaining("--start-over");

            vault.answer(request -> Reply.of(400, "Client sent an HTTP request to an HTTPS server."));
            BootstrapVault.refuseBesideAnother(VaultClient.connect(address, null));
        }
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 3", "PT30M, 6"})
    void theLeadersFirstCertificatesAreIssuedAgainWhenTheOthersKeptItWaiting(Duration waited, int issued)
            throws IOException, InterruptedException {
        FakeHost host = new FakeHost(root);
        host.files.write("/etc/ssl/certs/ca-certificates.crt", "", FileMode.WORLD_READABLE);
        AtomicLong looks = new AtomicLong();
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return Instant.EPOCH.plus(waited.multipliedBy(looks.getAndIncrement()));
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        SetupHost plain = host.host();
        SetupHost waiting = new SetupHost(
                plain.files(),
                plain.commands(),
                plain.systemd(),
                plain.dpkg(),
                plain.images(),
                plain.network(),
                plain.artifacts(),
                plain.site(),
                plain.hostname(),
                clock);
        try (TestHttpServer vault = new TestHttpServer(request -> Reply.of(
                        200,
                        "{\"data\":{\"ready\":\"go\",\"certificate\":\"CERT\",\"private_key\":\"KEY\",\"issuing_ca\":\"CA\"}}")
                .with("Content-Type", "application/json"))) {
            new BootstrapPhase(waiting, cluster(0), "10.72.48.0", new Waiting(), Map.of())
                    .certifyAll(
                            VaultClient.connect(vault.uri().toString(), null).withToken("cybozu"),
                            Background.start("tools", () -> {}));

            assertThat(vault.requests())
                    .filteredOn(request -> request.uri().contains("/issue/"))
                    .hasSize(issued);
        }
    }

    private static Waiting impatient() {
        AtomicLong hours = new AtomicLong();
        return new Waiting(() -> Duration.ofHours(hours.getAndIncrement()).toNanos(), Duration.ofMillis(1));
    }

    private static BootCluster cluster(int me) {
        return new BootCluster(me, List.of(0, 1, 2), new BootServer(Site.defaults()));
    }

    @Test
    void rolesAllowWhatTheirCertificatesAreFor() {
        assertThat(BootstrapVault.role(VaultCa.SERVER, "1h").isClient()).contains(false);
        assertThat(BootstrapVault.role(VaultCa.ETCD_CLIENT, "1h").isServer()).contains(false);
        assertThat(BootstrapVault.role(VaultCa.ETCD_PEER, "1h").isServer()).isEmpty();
        assertThat(BootstrapVault.role(VaultCa.ETCD_PEER, "1h").isClient()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "3.4.23,true",
        "3.1.0,true",
        "4.0.0,true",
        "3.0.17,false",
        "2.3.8,false",
        "'',false",
        "not decided,false"
    })
    void etcdMustBeNewEnough(String version, boolean isNewEnough) {
        assertThat(EtcdPhase.isNewEnough(version)).isEqualTo(isNewEnough);
    }
}
