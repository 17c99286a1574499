package io.neco.cli;

import io.neco.host.CommandRunner;
import io.neco.host.HostRoot;
import io.neco.store.NecoReader;
import io.neco.store.NecoStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs {@code neco} in this process, on a scratch tree, with what it prints kept. */
final class CommandLineRun {
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    final Map<String, String> environment = new HashMap<>();
    private final HostRoot root;
    private Cluster cluster = new Unreachable();
    private boolean isTerminal;
    private CommandRunner commands = command -> {
        throw new IOException("the host was asked to run " + String.join(" ", command.argv()));
    };
    private Prompt prompt = new Nobody();

    CommandLineRun(Path root) {
        this.root = new HostRoot(root);
    }

    CommandLineRun on(Cluster other) {
        this.cluster = other;
        return this;
    }

    CommandLineRun onTerminal() {
        this.isTerminal = true;
        return this;
    }

    CommandLineRun running(CommandRunner other) {
        this.commands = other;
        return this;
    }

    CommandLineRun asking(Prompt other) {
        this.prompt = other;
        return this;
    }

    CommandLineRun with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    int run(String... args) {
        return new Neco(surroundings()).run(List.of(args));
    }

    Surroundings surroundings() {
        Clock clock = Clock.fixed(Instant.parse("2022-05-25T01:05:00Z"), ZoneOffset.UTC);
        return new Surroundings(
                new PrintWriter(out),
                new PrintWriter(err),
                isTerminal,
                environment,
                root,
                clock,
                cluster,
                commands,
                prompt);
    }

    /** No terminal. */
    private static final class Nobody implements Prompt {
        @Override
        public boolean isPossible() {
            return false;
        }

        @Override
        public String line(String question) throws IOException {
            throw new IOException("nobody was to be asked: " + question);
        }

        @Override
        public String secret(String question) throws IOException {
            throw new IOException("nobody was to be asked: " + question);
        }
    }

    /** A cluster no command under test should ask for. */
    private static final class Unreachable implements Cluster {
        @Override
        public NecoReader read() throws IOException {
            throw new IOException("etcd was asked for");
        }

        @Override
        public NecoStore open() throws IOException {
            throw new IOException("etcd was asked for");
        }
    }
}
