package io.neco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NecoTest {
    @TempDir
    private Path root;

    private CommandLineRun neco;

    @BeforeEach
    void start() {
        neco = new CommandLineRun(root);
    }

    @Test
    void printsItsHelpWithoutArguments() {
        assertThat(neco.run()).isZero();

        assertThat(neco.out.toString())
                .startsWith("Installs/updates miscellaneous programs as well as maintaining etcd database.\n\nUsage:\n"
                        + "  neco [command]\n\nAvailable Commands:\n")
                .containsPattern("\n  status +show the update process status\n")
                .contains(
                        "\nFlags:\n  -h, --help               help for neco\n      --logfile string     Log filename\n")
                .endsWith("Use \"neco [command] --help\" for more information about a command.\n");
        assertThat(neco.err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--help", "-h", "help", "--loglevel=debug"})
    void printsTheSameHelpHoweverItIsAskedFor(String word) {
        neco.run();
        CommandLineRun other = new CommandLineRun(root);

        assertThat(other.run(word)).isZero();

        assertThat(other.out.toString()).isEqualTo(neco.out.toString());
    }

    @Test
    void printsTheHelpOfAGroup() {
        assertThat(neco.run("config")).isZero();

        assertThat(neco.out.toString())
                .startsWith("config related commands\n\nUsage:\n  neco config [command]\n")
                .contains("  get show the current configuration value\n")
                .contains("\nGlobal Flags:\n");
    }

    @ParameterizedTest
    @CsvSource({
        "setup,neco setup LRN LRN LRN [LRN ...] [flags],--no-revoke",
        "status,neco status [flags],--watch",
        "image,neco image NAME [flags],--logformat"
    })
    void printsUsageAndFlagsOfACommand(String command, String usage, String flag) {
        assertThat(neco.run(command, "--help")).isZero();
        assertThat(neco.out.toString()).contains("Usage:\n  " + usage + "\n").contains(flag);

        CommandLineRun other = new CommandLineRun(root);
        assertThat(other.run("help", command)).isZero();
        assertThat(other.out.toString()).isEqualTo(neco.out.toString());
    }

    @Test
    void knowsPowerByItsOldNameAsWell() {
        assertThat(neco.run("ipmipower", "--help")).isZero();

        assertThat(neco.out.toString())
                .contains("Usage:\n  neco power ACTION SERIAL|IP [flags]\n\nAliases:\n  power, ipmipower\n");
    }

    @Test
    void suggestsCommandsForAMistypedOne() {
        assertThat(neco.run("statu")).isEqualTo(1);

        assertThat(neco.err.toString())
                .isEqualTo("Error: unknown command \"statu\" for \"neco\"\n\nDid you mean this?\n\tstatus\n\n"
                        + "Run 'neco --help' for usage.\n");
        assertThat(neco.out.toString()).isEmpty();
    }

    @Test
    void refusesAnUnknownWordOfAGroup() {
        assertThat(neco.run("config", "gett", "env")).isEqualTo(1);

        assertThat(neco.err.toString())
                .contains("unknown command \"gett\" for \"neco config\"")
                .contains("\tget\n");
    }

    @Test
    void findsGlobalFlagsBeforeTheCommand() {
        assertThat(neco.run("--loglevel", "error", "image", "etcd")).isZero();

        assertThat(neco.out.toString()).isEqualTo("quay.io/cybozu/etcd:3.5.4.1\n");
    }

    @Test
    void tellsItsVersion() throws IOException {
        Files.createDirectories(root.resolve("usr/lib/neco"));
        Files.writeString(root.resolve("usr/lib/neco/version"), "2022.05.25-1\n");

        assertThat(neco.run("--version")).isZero();

        assertThat(neco.out.toString()).isEqualTo("neco 2022.05.25-1\n");
    }

    @Test
    void saysThatItWasNotInstalledWhenThereIsNoVersion() {
        assertThat(neco.run("--version")).isZero();

        assertThat(neco.out.toString()).contains("unknown").contains("/usr/lib/neco/version is missing");
    }

    @Test
    void showsUsageOnceOnStandardErrorForAWrongCall() {
        assertThat(neco.run("image")).isEqualTo(1);

        assertThat(neco.err.toString())
                .startsWith("Error: accepts 1 arg(s), received 0\n")
                .containsOnlyOnce("Usage:\n  neco image NAME [flags]");
        assertThat(neco.out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"leave", "replace", "leave 1 2", "init", "init-local"})
    void asksForTheOneArgumentInTheReferencesWords(String call) {
        assertThat(neco.run(call.split(" ", -1))).isEqualTo(1);

        assertThat(neco.err.toString()).startsWith("Error: expected exact one argument\n");
    }

    @Test
    void isRunningTellsAnUnknownImageInAFormOfItsOwn() {
        assertThat(neco.run("is-running", "bogus")).isEqualTo(2);

        assertThat(neco.err.toString()).startsWith("unexpected error: no such container: bogus");
    }

    @Test
    void refusesAnUnknownFlag() {
        assertThat(neco.run("status", "--nonsense")).isEqualTo(1);

        assertThat(neco.err.toString()).contains("--nonsense");
    }

    @Test
    void completesSettingsAndImages() {
        assertThat(neco.run("completion")).isZero();

        assertThat(neco.out.toString())
                .contains("lb-address-block-default")
                .contains("quay-password")
                .contains("cilium-operator-generic")
                .contains("is-running")
                .contains("without-bmc-type")
                .contains("restart");
    }

    @ParameterizedTest
    @CsvSource({"-,neco", "-l,neco", "--log,neco", "config --logf,neco config", "--loglevels=debug,neco"})
    void refusesAFlagThatNoCommandHas(String call, String help) {
        assertThat(neco.run(call.split(" ", -1))).isEqualTo(1);

        assertThat(neco.err.toString())
                .startsWith("Error: unknown flag: -")
                .endsWith("\nRun '" + help + " --help' for usage.\n");
        assertThat(neco.out.toString()).isEmpty();
    }

    @Test
    void takesTheLastOfRepeatedOptions() {
        assertThat(neco.run("--loglevel", "nonsense", "image", "etcd", "--loglevel", "error", "--loglevel=info"))
                .isZero();

        assertThat(neco.out.toString()).isEqualTo("quay.io/cybozu/etcd:3.5.4.1\n");
        assertThat(neco.err.toString()).isEmpty();
    }

    @Test
    void refusesAnArgumentOfWhichSomethingWasLostWithoutShowingIt() {
        assertThat(neco.run("bmc", "config", "set", "ipmi-password", "p\uFFFDss"))
                .isEqualTo(1);

        assertThat(neco.err.toString())
                .startsWith("Error: argument 5 has bytes that are no UTF-8 text")
                .doesNotContain("ss\n")
                .doesNotContain("\uFFFD");
    }
}
