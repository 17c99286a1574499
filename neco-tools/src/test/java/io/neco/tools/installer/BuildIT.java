package io.neco.tools.installer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** installer/build: what it makes by itself, and the commands for the rest. */
class BuildIT {
    private static final Path BUILD = Path.of("../installer/build");
    private static final String EXAMPLE = "../installer/cluster.json.example";

    @TempDir
    Path dir;

    @Test
    void turnsClustersIntoWhatSetupReads() throws Exception {
        Script script = build("clusters", "--clusters", EXAMPLE);

        assertThat(script.status()).as(script.err()).isZero();
        assertThat(dir.resolve("out/clusters.tsv"))
                .hasContent("gcp0\t10.72.48.0\t10.72.16.0/20\t172.16.4.65,172.16.4.66\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[ | is not valid JSON",
                "[] | must be a list of at least one cluster",
                "{} | must be a list of at least one cluster",
                "[1] | cluster 0: must have fields, but is 1",
                "[{}] | cluster 0: name must be lower-case letters, digits and hyphens, but is null",
                "[{'name':'A b'}] | cluster 0: name must be lower-case letters, digits and hyphens, but is \"A b\"",
                "[{'name':'a','bastion_network':'10.0.0.256'}] | cluster 0: bastion_network must be an IPv4 address, but is \"10.0.0.256\"",
                "[{'name':'a','bastion_network':'10.0.0.0','bmc_network':'10.0.0.0'}] | cluster 0: bmc_network must be an IPv4 network such as 10.72.16.0/20, but is \"10.0.0.0\"",
                "[{'name':'a','bastion_network':'10.0.0.0','bmc_network':'10.0.0.0/20','ntp_servers':[]}] | cluster 0: ntp_servers must be a list of at least one IPv4 address, but is []",
                "[{'name':'a','bastion_network':'10.0.0.0','bmc_network':'10.0.0.0/20','ntp_servers':['x']}] | cluster 0: ntp_servers must be a list of at least one IPv4 address, but is [\"x\"]",
                "[{'name':'a','bastion_network':'10.0.0.0','bmc_network':'10.0.0.0/20','ntp_servers':['10.0.0.1'],'dns':1}] | cluster 0: dns is not known"
            })
    void tellsWhatIsWrongWithClusters(String json, String message) throws Exception {
        Path file = Files.writeString(dir.resolve("cluster.json"), json.replace('\'', '"'));

        Script script = build("clusters", "--clusters", file.toString());

        assertThat(script.status()).isEqualTo(1);
        assertThat(script.err()).startsWith("installer/build: " + file).contains(message);
        assertThat(dir.resolve("out/clusters.tsv")).doesNotExist();
    }

    @Test
    void theIsoInstallsWithoutQuestionsButForTheDisks() throws Exception {
        Path key = Files.writeString(dir.resolve("key.pub"), "ssh-ed25519 AAAA+/= operator@example.com\n");
        Path hash = Files.writeString(dir.resolve("hash"), "$6$salt$abc./XYZ\n");

        Script script = build(
                "--dry-run",
                "iso",
                "--clusters",
                EXAMPLE,
                "--authorized-key",
                key.toString(),
                "--password-hash",
                hash.toString());

        assertThat(script.status()).as(script.err()).isZero();
        JsonNode data = new ObjectMapper(new YAMLFactory())
                .readTree(dir.resolve("out/autoinstall/user-data").toFile())
                .path("autoinstall");
        assertThat(data.path("version").asInt()).isEqualTo(1);
        assertThat(data.at("/interactive-sections/0").asText()).isEqualTo("storage");
        assertThat(data.at("/identity/username").asText()).isEqualTo("cybozu");
        assertThat(data.at("/identity/password").asText()).isEqualTo("$6$salt$abc./XYZ");
        assertThat(data.at("/ssh/authorized-keys/0").asText()).isEqualTo("ssh-ed25519 AAAA+/= operator@example.com");
        assertThat(data.path("late-commands")).isNotEmpty();
        assertThat(dir.resolve("out/autoinstall/meta-data")).isEmptyFile();
        assertThat(script.out())
                .contains("+ xorriso -indev ")
                .contains("-boot_image any replay")
                .doesNotContain("$6$");
    }

    @Test
    void aPasswordIsNotNeeded() throws Exception {
        Path key = Files.writeString(dir.resolve("key.pub"), "ssh-ed25519 AAAA+/= operator\n");

        assertThat(build("--dry-run", "iso", "--clusters", EXAMPLE, "--authorized-key", key.toString())
                        .status())
                .isZero();

        assertThat(dir.resolve("out/autoinstall/user-data")).content().contains("    password: '!'\n");
    }

    @Test
    void theCloudImageGetsTheExtras() throws Exception {
        Script script = build("--dry-run", "cloud", "--clusters", EXAMPLE);

        assertThat(script.status()).as(script.err()).isZero();
        assertThat(script.out().lines().map(line -> line.replace(dir + "/out/", "")))
                .containsSubsequence(
                        "+ qemu-img resize neco-ubuntu-22.04-server-cloudimg-amd64.img.new 30G",
                        "+ growpart /dev/nbd0 1",
                        "+ cp -a extras/. /mnt/extras/",
                        "+ chroot /mnt sh -c dpkg --install /extras/*.deb",
                        "+ umount /mnt",
                        "+ qemu-nbd -d /dev/nbd0",
                        "+ mv neco-ubuntu-22.04-server-cloudimg-amd64.img.new neco-ubuntu-22.04-server-cloudimg-amd64.img");
    }

    @ParameterizedTest
    @CsvSource({
        "--dry-run iso, nobody could log in",
        "--dry-run iso cloud, 'one at a time: iso, cloud'",
        "--clusters /nowhere clusters, /nowhere is missing",
        "floppy, unknown argument floppy"
    })
    void refusesWrongCalls(String arguments, String message) throws Exception {
        Script script = build(arguments.split(" "));

        assertThat(script.status()).isEqualTo(1);
        assertThat(script.err()).contains("installer/build: " + message);
    }

    private Script build(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 2];
        all[0] = "--output";
        all[1] = dir.resolve("out").toString();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return Script.run(BUILD, Map.of(), all);
    }
}
