package io.neco.cli;

import io.neco.host.HostRoot;
import java.nio.file.Path;
import java.util.List;

/** {@link Main} with the host's files below the directory that is its first argument. */
final class ScratchMain {
    private ScratchMain() {}

    public static void main(String[] args) {
        List<String> words = List.of(args);
        Main.run(Surroundings.of(new HostRoot(Path.of(words.get(0)))), words.subList(1, words.size()));
    }
}
