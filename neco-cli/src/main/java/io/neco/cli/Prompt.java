package io.neco.cli;

import java.io.IOException;

/** Asks the operator who sits before the terminal. */
public interface Prompt {

    /** Whether there is somebody to ask: standard input and output are terminals. */
    boolean isPossible();

    /** Whether answers are typed, which takes a person's time: standard input is a terminal, standard output may be read by a program. */
    default boolean isTyped() {
        return isPossible();
    }

    /** Asks for a line; {@link IOException} when the input ends before it. */
    String line(String question) throws IOException;

    /** Asks for a line that is not shown; {@link IOException} when the input ends before it. */
    String secret(String question) throws IOException;
}
