package io.neco.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A word of the command line: a command, or a group of them.
 *
 * @param name the word
 * @param arguments what follows it in the usage, e.g. {@code KEY [VALUE]}; empty: nothing
 * @param help what it does, in one line
 * @param children the group's words; empty for a command
 * @param maker makes the command; absent for a group
 * @param aliases other words for it, which lists do not show
 * @param statuses its exit statuses that mean something else than those of other commands
 */
record CommandNode(
        String name,
        String arguments,
        String help,
        List<CommandNode> children,
        Optional<Function<Surroundings, NecoCommand>> maker,
        List<String> aliases,
        List<Status> statuses) {

    /**
     * An exit status.
     *
     * @param number how it is written, e.g. {@code 3}
     * @param meaning a sentence
     */
    record Status(String number, String meaning) {}

    static CommandNode group(String name, String help, CommandNode... children) {
        return new CommandNode(name, "", help, List.of(children), Optional.empty(), List.of(), List.of());
    }

    static CommandNode command(String name, String arguments, String help, Function<Surroundings, NecoCommand> maker) {
        return new CommandNode(name, arguments, help, List.of(), Optional.of(maker), List.of(), List.of());
    }

    /** The same with another word for it. */
    CommandNode alias(String word) {
        return new CommandNode(name, arguments, help, children, maker, List.of(word), statuses);
    }

    /** The same with an exit status of its own. */
    CommandNode status(int number, String meaning) {
        List<Status> all = new ArrayList<>(statuses);
        all.add(new Status(String.valueOf(number), meaning));
        return new CommandNode(name, arguments, help, children, maker, aliases, List.copyOf(all));
    }

    boolean isGroup() {
        return maker.isEmpty();
    }

    Optional<CommandNode> child(String word) {
        for (CommandNode child : children) {
            if (child.name.equals(word) || child.aliases.contains(word)) {
                return Optional.of(child);
            }
        }
        return Optional.empty();
    }
}
