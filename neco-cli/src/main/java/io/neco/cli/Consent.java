package io.neco.cli;

import io.neco.fleet.MachineResult;
import io.neco.sabakan.Machine;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks before something is done to machines. Answers may come from a terminal, or through a pipe as from {@code yes}; where there is none,
 * what was asked for is not done.
 */
final class Consent {
    /** How things stand as long as nobody has agreed to anything. */
    static final String NOTHING_DONE = "nothing was done";

    private static final Set<String> YES = Set.of("y", "yes");
    private static final int MOST_SHOWN = 200;
    private static final int PIPE_SECONDS = 30;

    private final Surroundings surroundings;
    private final boolean isGiven;

    /** @param isGiven whether {@code --yes} was, so that nothing is asked */
    Consent(Surroundings surroundings, boolean isGiven) {
        this.surroundings = surroundings;
        this.isGiven = isGiven;
    }

    /** Shows what is going to be touched, unless nobody is asked. */
    void show(List<Machine> machines) {
        if (isGiven) {
            return;
        }
        for (Machine machine : machines.subList(0, Math.min(MOST_SHOWN, machines.size()))) {
            surroundings
                    .out()
                    .println("  " + machine.serial() + "  " + MachineResult.address(machine) + "  rack "
                            + machine.rack() + "  " + machine.role() + "  " + machine.state());
        }
        if (machines.size() > MOST_SHOWN) {
            surroundings.out().println("  and " + (machines.size() - MOST_SHOWN) + " more");
        }
        surroundings.out().flush();
    }

    /** Says something before a question, unless nobody is asked. */
    void say(String words) {
        if (!isGiven) {
            surroundings.out().println(words);
            surroundings.out().flush();
        }
    }

    /**
     * Whether the operator agrees.
     *
     * @param question with the answers it knows, and a blank at its end
     * @param otherwise how things stand if it is not done, for the message
     * @throws IOException when there is nobody to ask
     */
    boolean ask(String question, String otherwise) throws IOException, InterruptedException {
        if (isGiven) {
            return true;
        }
        String answer;
        try {
            answer = surroundings.prompt().isTyped() ? surroundings.prompt().line(question) : fromPipe(question);
        } catch (IOException e) {
            surroundings.out().println();
            throw new IOException(
                    "refused: nobody answered \"" + question.strip() + "\" (" + e.getMessage() + "); " + otherwise
                            + ". Run it on a terminal, or give --yes in scripts",
                    e);
        }
        surroundings.out().println();
        surroundings.out().flush();
        return YES.contains(answer.strip().toLowerCase(Locale.ROOT));
    }

    /** A pipe that nobody writes to must not keep a script for ever. */
    private String fromPipe(String question) throws IOException, InterruptedException {
        FutureTask<String> task = new FutureTask<>(() -> surroundings.prompt().line(question));
        Thread thread = new Thread(task, "answer");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(PIPE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    "there is no terminal, and nothing came through standard input within " + PIPE_SECONDS + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        }
    }
}
