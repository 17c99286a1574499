package io.neco.tools.menu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCentreFilesTest {
    private static final String KEY = "ssh-ed25519 AAAA+/= tester";

    @TempDir
    Path dir;

    @Test
    void theExampleGivesTheReferencesFiles() throws Exception {
        DataCentre example = DataCentre.of(new MenuFixture(dir).read(MenuFixture.EXAMPLE));

        assertThat(MenuFixture.files(example, KEY).keySet())
                .containsExactlyInAnyOrder(
                        "bird_core.conf",
                        "bird_rack0-tor1.conf",
                        "bird_rack0-tor2.conf",
                        "bird_rack1-tor1.conf",
                        "bird_rack1-tor2.conf",
                        "bird_spine1.conf",
                        "bird_spine2.conf",
                        "chrony-ign.yml",
                        "machines.yml",
                        "network.yml",
                        "sabakan/machines.json",
                        "seed_boot-0.yml",
                        "seed_boot-1.yml",
                        "setup-default-gateway-external",
                        "setup-default-gateway-operation",
                        "setup-iptables",
                        "squid.conf");
        assertThat(MenuFixture.files(example, KEY).get("machines.yml")).isEqualTo("""
                racks:
                - name: rack0
                  workers:
                    cs: 2
                    ss: 0
                  boot:
                    bastion: 10.72.48.0/32
                - name: rack1
                  workers:
                    cs: 2
                    ss: 2
                  boot:
                    bastion: 10.72.48.1/32
                """);
    }

    @Test
    void scriptsRouteAndTranslate() throws Exception {
        Map<String, String> files = MenuFixture.files(MenuFixture.dctest("menu.yml"), KEY);

        assertThat(files.get("setup-iptables"))
                .startsWith("#!/bin/sh\n")
                .contains("iptables -t nat -A POSTROUTING -o eth0 -s 172.19.0.0/24 -j MASQUERADE\n")
                .contains("iptables -t nat -A POSTROUTING -o eth0 -s 172.16.4.64/29 -j MASQUERADE\n")
                .contains("iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE\n");
        assertThat(files.get("setup-default-gateway-operation")).contains("ip route add default via 10.72.4.1\n");
        assertThat(files.get("setup-default-gateway-external")).contains("ip route add default via 10.72.3.1\n");
    }

    @Test
    void sabakanGetsAllMachinesInOrder() throws Exception {
        String text = MenuFixture.files(MenuFixture.dctest("menu.yml"), KEY).get("sabakan/machines.json");

        assertThat(text).startsWith("""
                [
                  {
                    "serial": "fb8f2417d0b4db30050719c31ce02a2e8141bbd8",
                    "labels": {
                      "datacenter": "dc1",
                      "machine-type": "qemu",
                      "product": "vm"
                    },
                    "rack": 0,
                    "index-in-rack": 0,
                    "role": "boot",
                    "ipv4": null,
                    "ipv6": null,
                    "register-date": "0001-01-01T00:00:00Z",
                    "retire-date": "0001-01-01T00:00:00Z",
                    "bmc": {
                      "ipv4": "",
                      "ipv6": "",
                      "type": "IPMI-2.0"
                    }
                  },
                """);
        JsonNode machines = new ObjectMapper().readTree(text);
        assertThat(machines.findValuesAsText("role"))
                .containsExactly("boot", "cs", "cs", "ss", "boot", "cs", "cs", "boot", "cs", "boot", "cs");
        assertThat(machines.findValuesAsText("rack"))
                .containsExactly("0", "0", "0", "0", "1", "1", "1", "2", "2", "3", "3");
    }

    @Test
    void theNtpServerHasBothAddressesAndTheKey() throws Exception {
        JsonNode config = new ObjectMapper(new YAMLFactory())
                .readTree(MenuFixture.files(MenuFixture.dctest("menu.yml"), KEY).get("chrony-ign.yml"));

        assertThat(config.at("/networkd/units/0/contents").asText()).isEqualTo("""
                [Match]
                Name=eth0

                [Network]
                Address=172.16.4.65/29
                Address=172.16.4.66/29
                Gateway=172.16.4.67
                DNS=8.8.8.8
                DNS=1.1.1.1
                """);
        assertThat(config.at("/systemd/units/1/contents").asText()).contains(" quay.io/cybozu/chrony:9.9.9\n");
        assertThat(config.at("/storage/files/2/contents/inline").asText())
                .contains("server 216.239.35.12 iburst\n", "server 216.239.35.4 iburst\n");
        assertThat(config.at("/passwd/users/0/ssh_authorized_keys/0").asText()).isEqualTo(KEY);
    }

    @Test
    void seedsOfDctestAreCloudConfigsThatRunTheInstallersSetup() throws Exception {
        String seed = MenuFixture.files(MenuFixture.dctest("menu.yml"), KEY).get("seed_boot-3.yml");

        assertThat(seed).startsWith("#cloud-config\n");
        JsonNode config = new ObjectMapper(new YAMLFactory()).readTree(seed);
        assertThat(config.at("/users/0/ssh_authorized_keys/0").asText()).isEqualTo(KEY);
        assertThat(config.path("runcmd").path(0))
                .extracting(JsonNode::asText)
                .containsExactly("env", "http_proxy=http://10.0.49.3:3128", "/extras/setup", "3");
    }

    @Test
    void tellsTheLineOfAnUnknownFieldInATemplate() {
        SeedTemplate template =
                new SeedTemplate("seed.template", "#cloud-config\nhostname: {{.Name}}\nrack: {{ range .X }}\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> template.fill(Map.of("Name", "boot-0")))
                .withMessage("seed.template: line 3: {{ range .X }} is not known; known: {{.Name}}");
    }
}
