package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bash offers with the script; words are put together as bash itself does, which makes words of equals signs. */
class CompletionScriptTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        CommandLineRun neco = new CommandLineRun(directory);
        assertThat(neco.run("completion")).isZero();
        Files.writeString(directory.resolve("script"), neco.out.toString());
        Files.createFile(directory.resolve("bios update.iso"));
    }

    private List<String> offered(String line) throws IOException, InterruptedException {
        Process bash = new ProcessBuilder(
                        "bash",
                        "--norc",
                        "-uc",
                        "source ./script; eval \"COMP_WORDS=($1)\"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _neco;"
                                + " [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"",
                        "bash",
                        line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(said).isZero();
        return said.lines().toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bmc config set ''|bmc-user ipmi-password ipmi-user",
                "bmc config set i|ipmi-password ipmi-user",
                "bmc config set ipmi-user ''|",
                "image vault ''|",
                "image va|vault",
                "init ''|etcdpasswd sabakan cke teleport",
                "config get qu|quay-username",
                "config set qu|quay-username quay-password",
                "config set env ''|test staging prod",
                "config set proxy ''|",
                "config set env prod ''|",
                "power re|restart",
                "power restart ''|",
                "ipmi|ipmipower",
                "ipmipower st|start stop status",
                "status ''|",
                "status --w|--watch",
                "status -o ''|text table json yaml",
                "status --output = j|json",
                "status --output =|text table json yaml",
                "status --watch --until v -|-h -o -w --exit-code --help --logfile --logformat --loglevel --output"
                        + " --timeout --until --watch",
                "status --timeout ''|",
                "cert list -o ''|text json yaml",
                "reboot-worker -o ''|text json",
                "--loglevel ''|critical error warning info debug",
                "status --logformat l|logfmt",
                "--loglevel error config ''|get set",
                "bmc --l|--logfile --loglevel --logformat",
                "--v|--version",
                "bmc --v|",
                "help con|config",
                "help config ''|get set",
                "help config get ''|",
                "help status -|",
                "nonsense ''|",
                "bmc nonsense ''|",
                "image -- e|etcd",
                "etcd restore b|bios update.iso",
                "isoreboot bi|bios update.iso",
                "isoreboot x bi|",
                "apply-firmware x bi|bios update.iso",
                "status --logfile b|bios update.iso",
                "bmc config set bmc-user bi|bios update.iso"
            })
    void offersWhatMayStandThere(String typed, String expected) throws Exception {
        List<String> words = expected == null
                ? List.of()
                : expected.equals("bios update.iso") ? List.of(expected) : List.of(expected.split(" ", -1));

        assertThat(offered("neco " + typed)).containsExactlyInAnyOrderElementsOf(words);
    }

    @Test
    void offersAllCommands() throws Exception {
        List<String> names =
                CommandTree.ROOT.children().stream().map(CommandNode::name).toList();

        assertThat(offered("neco ''"))
                .containsAll(names)
                .contains("help", "ipmipower")
                .hasSize(names.size() + 2);
        assertThat(offered("neco help ''")).containsAll(names).doesNotContain("help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cert renew ''", "cert renew server ''"})
    void offersArgumentsThatAreRepeatedAgain(String typed) throws Exception {
        assertThat(offered("neco " + typed)).contains("server");
    }

    @Test
    void offersEnvironmentsThatAreTaken() {
        assertThat(ConfigKeys.ENVIRONMENTS)
                .allSatisfy(name ->
                        assertThatCode(() -> ConfigValue.environment(name)).doesNotThrowAnyException());
    }

    @Test
    void beginsAndEndsAsTheReferences() throws IOException {
        assertThat(Files.readString(directory.resolve("script")))
                .startsWith("# bash completion for neco ")
                .endsWith("\n# ex: ts=4 sw=4 et filetype=sh\n");
    }
}
