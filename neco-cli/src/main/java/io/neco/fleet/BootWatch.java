package io.neco.fleet;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.neco.host.Command;
import io.neco.host.CommandRunner;
import io.neco.sabakan.Machine;
import io.neco.sabakan.MachineState;
import io.neco.setup.Waiting;
import io.neco.setup.Waiting.Look;
import java.io.IOException;
import java.time.Duration;

/**
 * Watches a node reboot: serf tells of its new start, then sabakan finds it healthy. What does not answer for a moment is asked again.
 *
 * <p>Source: pkg/neco/cmd/reboot_and_wait.go at 1eec387.
 */
public final class BootWatch {
    private static final Duration ASK_DEADLINE = Duration.ofSeconds(30);

    /**
     * How long to wait.
     *
     * @param interval between two looks
     * @param settling after the reset, news that were under way before it may still arrive
     * @param deadline for the start and the health together
     */
    public record Timing(Duration interval, Duration settling, Duration deadline) {
        /** A look per second; ends before CKE ends the command, after an hour, so that CKE learns why. */
        public static Timing standard() {
            return new Timing(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(55));
        }

        /** The same with another deadline. */
        public Timing within(Duration other) {
            return new Timing(interval, settling, other);
        }
    }

    /** What sabakan knows of the machine now. */
    @FunctionalInterface
    public interface Lookup {
        /** Asks it. */
        Machine look() throws IOException, InterruptedException;
    }

    private final CommandRunner commands;
    private final Timing timing;
    private final Waiting waiting;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param commands runs serf
     * @param timing how long to wait
     */
    public BootWatch(CommandRunner commands, Timing timing) {
        this.commands = commands;
        this.timing = timing;
        this.waiting = new Waiting(System::nanoTime, timing.interval(), Duration.ofMinutes(1));
    }

    /**
     * Since when a node runs, as serf knows it.
     *
     * @return the tag; empty text when serf does not know the node or the tag
     * @throws IOException when serf does not answer
     */
    public String uptime(String serial) throws IOException, InterruptedException {
        Command serf = Command.of("serf", "members", "-format", "json", "-tag", "serial=" + serial)
                .within(ASK_DEADLINE)
                .silent()
                .asking();
        String said = commands.run(serf).orThrow().stdout();
        try {
            JsonNode first = json.readTree(said).path("members").path(0);
            return first.path("tags").path("uptime").asText();
        } catch (JacksonException e) {
            throw new IOException(
                    "`" + String.join(" ", serf.argv()) + "` printed something that is no JSON: "
                            + e.getOriginalMessage(),
                    e);
        }
    }

    /**
     * Waits for the start that follows a reset.
     *
     * @param serial of the machine
     * @param before what {@link #uptime} said before the reset
     * @param lookup asks sabakan
     * @throws IOException when it does not come up in time
     */
    public void await(String serial, String before, Lookup lookup) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Seen seen = new Seen(new Uptime(before));
        waiting.until(
                "waiting for " + serial + " to start",
                timing.deadline(),
                "look at its console; whether serf runs on it: `serf members -tag serial=" + serial + "`",
                () -> {
                    boolean isSettling =
                            System.nanoTime() - begin < timing.settling().toNanos();
                    return tolerant(() -> seen.look(new Uptime(uptime(serial)), isSettling));
                });
        waiting.until(
                "waiting for " + serial + " to be healthy",
                timing.deadline().minusNanos(System.nanoTime() - begin),
                "see why sabakan-state-setter finds it otherwise",
                () -> tolerant(() -> {
                    String state = lookup.look().state();
                    return state.equals(MachineState.HEALTHY.word())
                            ? Look.found(state)
                            : Look.notYet("sabakan says " + state);
                }));
    }

    /** What is taken for the time of the start before the reset. */
    private static final class Seen {
        private Uptime before;

        Seen(Uptime before) {
            this.before = before;
        }

        Look<Boolean> look(Uptime now, boolean isSettling) {
            if (isSettling && !now.text().isEmpty()) {
                before = now;
            }
            return now.isNewerThan(before)
                    ? Look.found(true)
                    : Look.notYet(
                            now.text().isEmpty() ? "serf knows no uptime" : "serf says it runs since " + now.text());
        }
    }

    private static <T> Look<T> tolerant(Waiting.Condition<T> condition) throws InterruptedException {
        try {
            return condition.look();
        } catch (IOException e) {
            return Look.notYet(String.valueOf(e.getMessage()));
        }
    }
}
