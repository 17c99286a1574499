package io.neco.tools.installer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.host.BootServer;
import io.neco.host.HostFiles;
import io.neco.host.HostRoot;
import io.neco.host.Identity;
import io.neco.host.Site;
import io.neco.tools.Bird;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** installer/setup, rehearsed: what it would write, and which commands it would run. */
class SetupIT {
    private static final Map<String, String> PROXY = Map.of("http_proxy", "http://10.0.49.3:3128");

    @TempDir
    Path dir;

    private Path setup;
    private Path root;

    @BeforeEach
    void unpackExtras() throws IOException {
        Path extras = Files.createDirectory(dir.resolve("extras"));
        setup = Files.copy(Path.of("../installer/setup"), extras.resolve("setup"));
        clusters("gcp0\t10.72.48.0\t10.72.16.0/20\t172.16.4.65,172.16.4.66\n");
        root = Files.createDirectory(dir.resolve("root"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 10.69.0.3, 10.69.0.67, 10.69.0.131, 10.69.0.65, 10.69.0.129, 10.72.48.0",
        "1, 10.69.0.195, 10.69.1.3, 10.69.1.67, 10.69.1.1, 10.69.1.65, 10.72.48.1",
        "2, 10.69.1.131, 10.69.1.195, 10.69.2.3, 10.69.1.193, 10.69.2.1, 10.72.48.2",
        "20, 10.69.15.3, 10.69.15.67, 10.69.15.131, 10.69.15.65, 10.69.15.129, 10.72.48.20"
    })
    void givesTheServerTheAddressesOfItsRack(
            int lrn, String node0, String node1, String node2, String tor1, String tor2, String bastion)
            throws Exception {
        rehearse("--links", "ens3,ens4", Integer.toString(lrn));

        assertThat(node0).as("what Neco expects").isEqualTo(new BootServer(Site.defaults()).node0(lrn));
        assertThat(network("node0.network"))
                .contains("Address=" + node0 + "/32\n")
                .doesNotContain("Scope");
        assertThat(network("bastion.network")).contains("Address=" + bastion + "/32\n");
        assertThat(network("node0.netdev")).isEqualTo("[NetDev]\nName=node0\nKind=dummy\n");
        assertThat(network("ens3.network"))
                .contains("Address=" + node1 + "/26\nScope=link\n", "LLDP=true\n", "EmitLLDP=nearest-bridge\n");
        assertThat(network("ens4.network")).contains("Address=" + node2 + "/26\nScope=link\n");
        assertThat(file("etc/systemd/system/setup-route.service"))
                .contains(" src " + bastion + " nexthop via " + tor1 + " nexthop via " + tor2 + "\n");
        assertThat(file("etc/bird/bird.conf"))
                .contains("local as " + (64600 + lrn) + ";", "neighbor " + tor1 + " as ", "neighbor " + tor2 + " as ")
                .contains("bgp_next_hop.mask(26) = from.mask(26)");
        assertThat(Bird.problems(root.resolve("etc/bird/bird.conf"))).isEmpty();
    }

    @Test
    void writesTheIdentityThatNecoReads() throws Exception {
        rehearse("--links", "ens3,ens4", "2");

        Identity identity = new Identity(new HostFiles(new HostRoot(root)));
        assertThat(identity.logicalRackNumber()).isEqualTo(2);
        assertThat(identity.clusterName()).isEqualTo("gcp0");
        JsonNode ipam = new ObjectMapper().readTree(file("etc/neco/sabakan_ipam.json"));
        assertThat(ipam).isEqualTo(new ObjectMapper().readTree("""
                {"max-nodes-in-rack":28,"node-ipv4-pool":"10.69.0.0/20","node-ipv4-range-size":6,"node-ipv4-range-mask":26,
                 "node-index-offset":3,"node-ip-per-node":3,"node-gateway-offset":1,"bmc-ipv4-pool":"10.72.16.0/20",
                 "bmc-ipv4-offset":"0.0.1.0","bmc-ipv4-range-size":5,"bmc-ipv4-range-mask":20,"bmc-ipv4-gateway-offset":1}"""));
    }

    @Test
    void setsUpClockAndDocker() throws Exception {
        rehearse("--links", "ens3,ens4", "0");

        assertThat(file("etc/chrony/chrony.conf"))
                .startsWith("server 172.16.4.65 iburst\nserver 172.16.4.66 iburst\n")
                .contains("\nleapsecmode slew\n", "\nallow 10.0.0.0/8\n");
        assertThat(file("etc/systemd/system/docker.service.d/override.conf"))
                .contains("Environment=\"HTTPS_PROXY=http://10.0.49.3:3128\"\n");
        assertThat(file("etc/systemd/system/bird.service.d/override.conf")).contains("CPUSchedulingPolicy=rr\n");
        assertThat(file("etc/systemd/system/chrony.service.d/override.conf")).contains("LimitMEMLOCK=infinity\n");
        assertThat(file("etc/systemd/system/disable-offload.service"))
                .contains("ConditionVirtualization=!kvm\n", "/sbin/ethtool -K ens4 tx off rx off\n");
    }

    @Test
    void waitsForTheNetworkBeforeItInstallsPackages() throws Exception {
        Script script = rehearse("--links", "ens3,ens4", "0");

        assertThat(script.out().lines())
                .containsSubsequence(
                        "+ hostnamectl set-hostname gcp0-boot-0",
                        "+ systemctl restart systemd-networkd.service",
                        "+ wait for addresses on node0, bastion, ens3 and ens4",
                        "+ systemctl restart bird.service",
                        "+ systemctl restart chrony.service",
                        "+ wait for https://download.docker.com/linux/ubuntu/ to answer through http://10.0.49.3:3128",
                        "+ apt-get install -y --no-install-recommends docker-ce docker-ce-cli containerd.io",
                        "+ usermod -aG docker cybozu",
                        "+ apt-get -y dist-upgrade");
    }

    @Test
    void purgesOfThePackagesInTheWayThoseThatAreThere() throws Exception {
        assertThat(purge("nano installed\\napport config-files\\nfwupd not-installed\\n"))
                .isEqualTo("+ apt-get purge -y --autoremove nano apport\n");
    }

    @Test
    void asksAptForNothingWhenNoneOfThePackagesIsThere() throws Exception {
        assertThat(purge("")).isEmpty();
    }

    /** Runs the part that purges with a dpkg that knows these packages, and answers the commands. */
    private String purge(String known) throws Exception {
        Path part = dir.resolve("purge");
        Files.writeString(
                part,
                "set -euo pipefail; dry=; say() { :; }; run() { echo \"+ $*\"; }; systemd-detect-virt() { return 1; }\n"
                        + "dpkg-query() { printf '" + known + "'; return 1; } # as for any that it does not know\n"
                        + "eval \"$(sed -n '/^installed() {/,/^}/p; /^purge() {/,/^}/p' '" + setup + "')\"\npurge\n");
        Script script = Script.run(part, PROXY);
        assertThat(script.status()).as(script.err()).isZero();
        return script.out();
    }

    @Test
    void canBeRunAgain() throws Exception {
        Script first = rehearse("--links", "ens3,ens4", "1");
        String before = file("etc/bird/bird.conf");

        Script second = rehearse("--links", "ens3,ens4", "1");

        assertThat(second.out()).isEqualTo(first.out());
        assertThat(file("etc/bird/bird.conf")).isEqualTo(before);
    }

    @Test
    void takesTheClusterThatIsNamed() throws Exception {
        clusters("tokyo0\t10.1.48.0\t10.1.16.0/20\t10.1.0.1\nosaka0\t10.2.48.250\t10.2.16.0/21\t10.2.0.1\n");

        rehearse("--links", "ens3,ens4", "--cluster", "osaka0", "7");

        assertThat(file("etc/neco/cluster")).isEqualTo("osaka0\n");
        assertThat(network("bastion.network")).contains("Address=10.2.49.1/32\n");
        assertThat(file("etc/neco/sabakan_ipam.json")).contains("\"bmc-ipv4-range-mask\": 21");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "21 | the logical rack number must be 0 to 20, but is \"21\"",
                "-1 | unknown option -1",
                "01 | the logical rack number must be 0 to 20, but is \"01\"",
                "'' | the logical rack number must be 0 to 20, but is \"\"",
                "1 2 | one rack number is enough: 1, 2",
                "--cluster nowhere 1 | there is no cluster \"nowhere\"; known: gcp0",
                "--links ens3 1 | --links must be two interfaces such as ens3,ens4, but is \"ens3\"",
                "--links ens3,ens3 1 | --links must be two interfaces, but both are ens3",
                "--links ens3,ens4,ens5 1 | --links must be two interfaces such as ens3,ens4",
                "1 | --dry-run needs --links, since this is another machine"
            })
    void refusesWrongCallsAndWritesNothing(String arguments, String message) throws Exception {
        Script script = Script.run(
                setup, PROXY, ("--dry-run " + root + " " + arguments).strip().split(" "));

        assertThat(script.status()).isEqualTo(1);
        assertThat(script.err()).startsWith("setup: " + message);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void refusesToGuessAmongClusters() throws Exception {
        clusters("a\t10.1.48.0\t10.1.16.0/20\t10.1.0.1\nb\t10.2.48.0\t10.2.16.0/21\t10.2.0.1\n");

        Script script = Script.run(setup, PROXY, "--dry-run", root.toString(), "--links", "ens3,ens4", "1");

        assertThat(script.err()).isEqualTo("setup: which cluster? Give --cluster with one of: a b\n");
    }

    @ParameterizedTest
    @CsvSource({"''", "10.0.49.3:3128", "https://proxy:3128", "http://proxy", "http://user:secret@proxy:3128"})
    void refusesWhatIsNoProxy(String proxy) throws Exception {
        Script script = Script.run(
                setup, Map.of("http_proxy", proxy), "--dry-run", root.toString(), "--links", "ens3,ens4", "1");

        assertThat(script.status()).isEqualTo(1);
        assertThat(script.err())
                .contains("http_proxy must be the address of the HTTP proxy")
                .doesNotContain("secret");
    }

    private Script rehearse(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 2];
        all[0] = "--dry-run";
        all[1] = root.toString();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        Script script = Script.run(setup, PROXY, all);
        assertThat(script.status()).as(script.err()).isZero();
        return script;
    }

    private void clusters(String text) throws IOException {
        Files.writeString(setup.resolveSibling("clusters.tsv"), text);
    }

    private String network(String name) throws IOException {
        return file("etc/systemd/network/10-" + name);
    }

    private String file(String name) throws IOException {
        return Files.readString(root.resolve(name));
    }
}
