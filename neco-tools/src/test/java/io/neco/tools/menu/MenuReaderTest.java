package io.neco.tools.menu;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MenuReaderTest {
    @TempDir
    Path dir;

    private MenuFixture fixture;

    @BeforeEach
    void prepare() throws IOException {
        fixture = new MenuFixture(dir);
    }

    @Test
    void readsEveryKind() throws Exception {
        Menu menu = fixture.read(MenuFixture.EXAMPLE);

        assertThat(menu.racks()).containsExactly(new Menu.RackSize(2, 0), new Menu.RackSize(2, 2));
        assertThat(menu.images()).hasSize(3);
        assertThat(requireNonNull(menu.nodes().get("cs")).processors()).isEqualTo(12);
        assertThat(requireNonNull(menu.nodes().get("ss")).disks()).hasSize(2);
        assertThat(menu.network().ipam().mostRacks()).isEqualTo(21);
    }

    @Test
    void separatorsAroundDocumentsAreFine() throws Exception {
        assertThat(fixture.read("---\n" + MenuFixture.EXAMPLE + "---\n")).isEqualTo(fixture.read(MenuFixture.EXAMPLE));
    }

    /** One change to the example each, and what is told: document and field included. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: Inventory | kind: Inventry | document 2 (Inventry): kind is unknown: Inventry; known: DeviceClass, Image,",
                "kind: Inventory | foo: bar | document 2: kind is missing",
                "asn-base: 64600 | asn-bas: 64600 | document 1 (Network): spec.asn-bas is not known; known here: asn-base,",
                "asn-base: 64600 | asn-base: 3 | document 1 (Network): spec.asn-base must be a whole number from 4 to 4294967295, but is 3",
                "asn-base: 64600 | asn-base: x | spec.asn-base must be a whole number from 4 to 4294967295, but is \"x\"",
                "asn-base: 64600 | asn-base: 4294967295 | document 1 (Network): spec.asn-base is too high: with 2 racks",
                "  internet: 10.0.0.0/24 |   # none | document 1 (Network): spec.internet is missing",
                "internet: 10.0.0.0/24 | internet: 10.0.0.1/24 | document 1 (Network): spec.internet host part of network address must be 0",
                "internet: 10.0.0.0/24 | internet: 10.0.0.0/31 | spec.internet is too small: 10.0.0.0/31, but at least a /30 is needed",
                "ntp: 172.16.4.64/29 | ntp: 172.16.4.64/30 | spec.ntp is too small: 172.16.4.64/30, but at least a /29 is needed",
                "    global: 172.19.0.0/24 |     # none | document 1 (Network): spec.exposed.global is missing",
                "spine-tor: 10.0.1.0 | spine-tor: 10.0.1 | spec.spine-tor must be an IPv4 address such as 10.0.0.1, but is \"10.0.1\"",
                "spine-tor: 10.0.1.0 | spine-tor: 10.0.1.1 | spec.spine-tor must be an even address",
                "spine-tor: 10.0.1.0 | spine-tor: 10.0.0.248 | spec has networks that overlap: internet (10.0.0.0 to 10.0.0.255) and spine-tor (10.0.0.248 to 10.0.1.7)",
                "pod: 10.64.0.0/14 | pod: 10.68.0.0/14 | spec has networks that overlap: pod (10.68.0.0 to 10.71.255.255) and node-ipv4-pool (10.69.0.0 to 10.69.15.255)",
                "proxy: 10.0.49.3 | proxy: 10.0.0.9 | spec has networks that overlap: internet (10.0.0.0 to 10.0.0.255) and proxy (10.0.0.9 to 10.0.0.9)",
                "ipam-config: ipam.json | ipam-config: none.json | document 1 (Network): spec.ipam-config cannot be read:",
                "spine: 2 | spine: 0 | document 2 (Inventory): spec.spine must be a whole number from 1 to 32, but is 0",
                "{ cs: 2, ss: 2 } | { cs: 27, ss: 2 } | document 2 (Inventory): spec.rack[1] has 29 servers beside its boot server, but the IPAM settings allow 28",
                "{ cs: 2, ss: 2 } | { cs: -1 } | document 2 (Inventory): spec.rack[1].cs must be a whole number from 0",
                "{ cs: 2, ss: 2 } | { gpu: 1 } | document 2 (Inventory): spec.rack[1].gpu is not known",
                "{ cs: 2, ss: 2 } | 5 | document 2 (Inventory): spec.rack[1] must have fields, but is 5",
                "type: boot | type: cs | document 9 (Node): type is cs for the second time",
                "type: boot | type: gpu | document 8 (Node): type must be one of boot, cs, ss, but is \"gpu\"",
                "kind: Inventory | kind: Network | document 2 (Network): is the second one of this kind",
                "image: ubuntu | image: debian | document 8 (Node): spec.image names debian, which no document describes; described: extra, flatcar, ubuntu",
                "device-class: hdd | device-class: tape | document 10 (Node): spec.disks names tape, which no document describes; described: hdd, ssd",
                "name: flatcar | name: coreos | a document of kind Image with name flatcar is missing; the NTP server needs it",
                "name: hdd | name: ssd | document 7 (DeviceClass): name is used twice: ssd",
                "path: /scratch/hdd | path: scratch | document 7 (DeviceClass): path must be absolute, but is \"scratch\"",
                "file: ./extra.img | foo: ./extra.img | document 4 (Image): foo is not known",
                "file: ./extra.img | file: x, url: y | document 4 (Image): needs either url or file",
                "compression: gzip | compression: zip | document 3 (Image): compression must be gzip or bzip2, but is \"zip\"",
                "cpu: 1 | cpu: 0 | document 10 (Node): spec.cpu must be a whole number from 1 to 1024, but is 0",
                "  cpu: 1 |   uefi: true | document 10 (Node): spec needs either cpu or smp",
                "disk-count: 2 | disks: [], disk-count: 2 | is not valid YAML",
                "cpus: 12 | cores: 6 | is not valid YAML",
                "cpus: 12, | | document 9 (Node): spec.smp.cpus is missing",
                "memory: 1G | memory: lots | document 10 (Node): spec.memory must be a size such as 30G, but is \"lots\"",
                "uefi: true | uefi: 1 | document 9 (Node): spec.uefi must be true or false, but is 1",
                "seed.template | no.template | document 8 (Node): spec.cloud-init-template cannot be read:"
            })
    void tellsFileDocumentAndFieldOfWhatIsWrong(String from, String to, String message) {
        String text = MenuFixture.EXAMPLE.replaceFirst(
                java.util.regex.Pattern.quote(from), java.util.regex.Matcher.quoteReplacement(to == null ? "" : to));
        assertThat(text).isNotEqualTo(MenuFixture.EXAMPLE);

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> fixture.read(text))
                .isInstanceOfAny(IllegalArgumentException.class, IOException.class)
                .withMessageStartingWith(dir.resolve("menu.yml").toString())
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"Network", "Inventory"})
    void tellsWhichDocumentIsMissing(String kind) {
        String text = MenuFixture.EXAMPLE.replaceFirst("(?s)kind: " + kind + ".*?---\n", "");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.read(text))
                .withMessage(dir.resolve("menu.yml") + ": a document of kind " + kind + " is missing");
    }

    @ParameterizedTest
    @CsvSource({"boot", "cs", "ss"})
    void tellsWhichKindOfServerIsMissing(String type) {
        String text = MenuFixture.EXAMPLE.replaceFirst("(?s)---\nkind: Node\ntype: " + type + "\n.*?(?=---|$)", "");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.read(text))
                .withMessageContaining("a document of kind Node with type " + type + " is missing");
    }

    @Test
    void tellsThatThereAreTooManyRacks() {
        String text = MenuFixture.EXAMPLE.replace("    - { cs: 2, ss: 0 }\n", "    - { cs: 2, ss: 0 }\n".repeat(21));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.read(text))
                .withMessage(
                        dir.resolve("menu.yml") + ": document 2 (Inventory): spec.rack has 22 racks, but node-ipv4-pool"
                                + " 10.69.0.0/20 of the IPAM settings has room for 21");
    }

    @Test
    void tellsThatBastionAddressesRunOut() {
        String text = MenuFixture.EXAMPLE.replace("bastion: 10.72.48.0/26", "bastion: 10.72.48.0/32");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.read(text))
                .withMessageContaining("spec.rack has 2 racks, but exposed.bastion 10.72.48.0/32 has only 1 addresses");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"node-ip-per-node\": 3 | \"node-ip-per-node\": 2 | node-ip-per-node must be a whole number from 3 to 3, but is 2",
                "\"node-index-offset\": 3 | \"node-index-offset\": 4 | node-index-offset must be a whole number from 3 to 3, but is 4",
                "\"node-ipv4-range-mask\": 26 | \"node-ipv4-range-mask\": 27 | node-ipv4-range-mask must be 26 or less",
                "\"node-ipv4-pool\": | \"pool\": | node-ipv4-pool is missing",
                "{ | [ | is not valid JSON"
            })
    void tellsWhatIsWrongWithTheIpamSettings(String from, String to, String message) throws Exception {
        String ipam = java.nio.file.Files.readString(dir.resolve("ipam.json"));
        fixture.file("ipam.json", ipam.replace(from, to));

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> fixture.read(MenuFixture.EXAMPLE))
                .withMessageStartingWith(dir.resolve("ipam.json").toString())
                .withMessageContaining(message);
    }

    @Test
    void tellsThatThereIsNoMenu() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> MenuReader.read(dir.resolve("none.yml")))
                .withMessage("the menu " + dir.resolve("none.yml") + " does not exist");
    }
}
