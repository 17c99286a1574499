package io.neco.sabakan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IgnitionTemplateTest {
    private static final String EMPTY = "{\"config\":{},\"security\":{\"tls\":{}},\"timeouts\":{}}";

    @TempDir
    Path dir;

    @Test
    void hasTheBytesOfSabakansOwnClient() throws IOException {
        write("common/common.yml", """
                passwd: passwd.yml
                files:
                  - /etc/bird/bird.conf
                systemd:
                  - name: update-engine.service
                    mask: true
                  - name: bird.service
                    enabled: true
                  - name: setup.service
                networkd:
                  - 01-eth0.network
                """);
        write("common/passwd.yml", """
                users:
                  - name: cybozu
                    groups: [sudo, docker]
                    sshAuthorizedKeys: ['{{ Metadata "authorized_key" }}']
                """);
        write("common/files/etc/bird/bird.conf", "log stderr all;\n");
        write("common/systemd/bird.service", "[Service]\nExecStart=a && b > c\n");
        write("common/systemd/setup.service", "[Unit]\n");
        write("common/networkd/01-eth0.network", "[Match]\nName=eth0 eno1 eno12399\n");
        Path site = write("roles/boot/site.yml", "include: ../../common/common.yml\n");

        String body = IgnitionTemplate.build(site)
                .request(Map.of(
                        "version", "1.0.0",
                        "boot_servers", List.of("10.69.0.3"),
                        "bird.img", "cybozu-bird-2.0.9.1.img"));

        assertThat(body)
                .isEqualTo(
                        "{\"version\":\"2.2\",\"template\":{\"ignition\":" + EMPTY
                                + ",\"networkd\":{\"units\":[{\"contents\":\"[Match]\\nName=eth0 eno1 eno12399\\n\",\"name\":\"01-eth0.network\"}]}"
                                + ",\"passwd\":{\"users\":[{\"groups\":[\"sudo\",\"docker\"],\"name\":\"cybozu\","
                                + "\"sshAuthorizedKeys\":[\"{{ Metadata \\\"authorized_key\\\" }}\"]}]}"
                                + ",\"storage\":{\"files\":[{\"filesystem\":\"root\",\"path\":\"/etc/bird/bird.conf\","
                                + "\"contents\":{\"source\":\"data:,log%20stderr%20all%3B%0A\",\"verification\":{}},\"mode\":420}]}"
                                + ",\"systemd\":{\"units\":[{\"mask\":true,\"name\":\"update-engine.service\"},"
                                + "{\"contents\":\"[Service]\\nExecStart=a \\u0026\\u0026 b \\u003e c\\n\",\"enabled\":true,\"name\":\"bird.service\"},"
                                + "{\"contents\":\"[Unit]\\n\",\"name\":\"setup.service\"}]}}"
                                + ",\"meta\":{\"bird.img\":\"cybozu-bird-2.0.9.1.img\",\"boot_servers\":[\"10.69.0.3\"],\"version\":\"1.0.0\"}}");
    }

    @Test
    void writesEmptySections() throws IOException {
        assertThat(template(write("a.yml", "version: 2.3\n")))
                .isEqualTo("{\"version\":\"2.3\",\"template\":{\"ignition\":" + EMPTY
                        + ",\"networkd\":{},\"passwd\":{},\"storage\":{},\"systemd\":{}},\"meta\":{}}");
    }

    @Test
    void givesEachUnitItsOwnEnabled() throws IOException {
        write("systemd/a.service", "A");
        write("systemd/b.service", "B");

        String body = template(write("a.yml", """
                systemd:
                  - name: a.service
                    enabled: true
                  - name: b.service
                    enabled: false
                """));

        assertThat(body)
                .contains(
                        "{\"contents\":\"A\",\"enabled\":true,\"name\":\"a.service\"},{\"contents\":\"B\",\"name\":\"b.service\"}");
    }

    @Test
    void putsItsOwnPartsAfterTheIncludedOnesAndReplacesPasswd() throws IOException {
        write("p1.yml", "groups: [{name: g, gid: 0}]\n");
        write("p2.yml", "users: [{name: u, system: false, shell: /bin/sh, uid: 0, gecos: ''}]\n");
        write("files/1", "1");
        write("files/2", "2");
        write("common.yml", "passwd: p1.yml\nfiles: [/1]\n");

        String body = template(write("a.yml", "include: common.yml\npasswd: p2.yml\nfiles: [/2]\n"));

        assertThat(body)
                .contains("\"passwd\":{\"users\":[{\"name\":\"u\",\"shell\":\"/bin/sh\",\"uid\":0}]}")
                .containsSubsequence("\"path\":\"/1\"", "\"path\":\"/2\"");
    }

    @Test
    void keepsTheModeOfAFile() throws IOException {
        Path program = write("files/opt/bin/run", "#!/bin/sh\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(template(write("a.yml", "files: [/opt/bin/run]\n"))).contains("\"mode\":493}");
    }

    @Test
    void hasFilesTheNodeFetches() throws IOException {
        assertThat(template(write("a.yml", """
                        remote_files:
                          - name: /opt/a
                            url: "{{ MyURL }}/api/v1/assets/a"
                            mode: 0755
                          - name: /opt/b
                            url: http://b
                        """)))
                .contains(
                        "\"files\":[{\"filesystem\":\"root\",\"path\":\"/opt/a\",\"contents\":"
                                + "{\"source\":\"{{ MyURL }}/api/v1/assets/a\",\"verification\":{}},\"mode\":493},"
                                + "{\"filesystem\":\"root\",\"path\":\"/opt/b\",\"contents\":{\"source\":\"http://b\",\"verification\":{}}}]");
    }

    @Test
    void escapesEveryByteThatIsNotHarmlessInAUrl() {
        byte[] all = "aZ09-_.!~*'() \n/%+é\u0000".getBytes(StandardCharsets.UTF_8);

        assertThat(IgnitionTemplate.escaped(all)).isEqualTo("aZ09-_.!~*'()%20%0A%2F%25%2B%C3%A9%00");
    }

    @Test
    void resolvesAnIncludeAgainstTheRealDirectory() throws IOException {
        write("real/roles/site.yml", "include: ../common.yml\n");
        write("real/common.yml", "networkd: [a.network]\n");
        write("real/networkd/a.network", "A");
        Files.createSymbolicLink(dir.resolve("roles"), dir.resolve("real/roles"));

        assertThat(template(dir.resolve("roles/site.yml"))).contains("a.network");
    }

    @Test
    void findsFilesNobodyLists() throws IOException {
        write("files/etc/listed", "1");
        Path unlisted = write("files/etc/unlisted", "2");
        Path unit = write("systemd/unlisted.service", "3");

        IgnitionTemplate template = IgnitionTemplate.build(write("a.yml", "files: [/etc/listed]\n"));

        assertThat(template.unlisted())
                .map(Path::getFileName)
                .containsExactly(unlisted.getFileName(), unit.getFileName());
    }

    @Test
    void saysWhichIncludeIsMissing() throws IOException {
        Path source = write("a.yml", "include: b.yml\n");

        assertThatThrownBy(() -> IgnitionTemplate.build(source))
                .isInstanceOf(IgnitionException.class)
                .hasMessageContaining(source.toString())
                .hasMessageContaining("include: b.yml")
                .hasMessageContaining("there is no file " + dir.toRealPath().resolve("b.yml"));
    }

    @Test
    void saysWhichFileIsMissing() throws IOException {
        for (String entry :
                List.of("files: [/etc/x]", "networkd: [x.network]", "systemd: [{name: x.service}]", "passwd: x")) {
            Path source = write("a.yml", entry + "\n");

            assertThatThrownBy(() -> IgnitionTemplate.build(source))
                    .as(entry)
                    .isInstanceOf(IgnitionException.class)
                    .hasMessageContaining("a.yml")
                    .hasMessageContaining("there is no file");
        }
    }

    @Test
    void refusesBadYaml() throws IOException {
        Path source = write("a.yml", "files: [\n");

        assertThatThrownBy(() -> IgnitionTemplate.build(source))
                .isInstanceOf(IgnitionException.class)
                .hasMessageStartingWith("invalid source YAML: " + source);
        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "- x\n")))
                .hasMessageContaining("must be a YAML mapping");
        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "filez: [x]\n")))
                .hasMessageContaining("unknown key filez");
        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "files: /etc/x\n")))
                .hasMessageContaining("files in")
                .hasMessageContaining("must be a list");
        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "systemd: [{name: a, enabled: maybe}]\n")))
                .hasMessageContaining("must be true or false");
    }

    @Test
    void refusesBadPasswd() throws IOException {
        write("p.yml", "users: [{name: a, uids: 1}]\n");

        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "passwd: p.yml\n")))
                .hasMessageContaining("unknown key uids")
                .hasMessageContaining("p.yml");
        write("p.yml", "users: {\n");
        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "passwd: p.yml\n")))
                .hasMessageContaining("invalid passwd YAML");
    }

    @Test
    void refusesAnIncludeOfAnotherVersion() throws IOException {
        write("b.yml", "version: '2.3'\n");

        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "include: b.yml\n")))
                .hasMessageStartingWith("unmatched ignition version in b.yml");
        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "version: '3.0'\n")))
                .hasMessageStartingWith("unsupported ignition spec: 3.0");
    }

    @Test
    void refusesANameThatIsNotAbsolute() {
        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "files: [etc/x]\n")))
                .hasMessageStartingWith("non-absolute filename: etc/x");
        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "remote_files: [{name: x, url: y}]\n")))
                .hasMessageStartingWith("non-absolute filename: x");
        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "files: [/../../x]\n")))
                .hasMessageContaining("filename with ..");
    }

    @Test
    void refusesASourceThatIncludesItself() {
        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "include: a.yml\n")))
                .hasMessageContaining("includes itself");
    }

    @Test
    void refusesAUnitThatIsNoText() throws IOException {
        Files.createDirectories(dir.resolve("systemd"));
        Files.write(dir.resolve("systemd/a.service"), new byte[] {(byte) 0xff});

        assertThatThrownBy(() -> IgnitionTemplate.build(write("a.yml", "systemd: [{name: a.service}]\n")))
                .hasMessageContaining("is not UTF-8 text");
    }

    private static String template(Path source) throws IOException {
        return IgnitionTemplate.build(source).request(Map.of());
    }

    private Path write(String name, String text) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file;
    }
}
