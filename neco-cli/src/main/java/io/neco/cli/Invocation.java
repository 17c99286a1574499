package io.neco.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * What the words of a command line lead to.
 *
 * @param path words of the command, without {@code neco}
 * @param node where they end
 * @param rest everything else: options, and parameters of the command
 * @param isHelp whether help was asked for
 */
record Invocation(List<String> path, CommandNode node, List<String> rest, boolean isHelp) {

    /** The words from {@code neco} on. */
    String qualifiedName() {
        return path.isEmpty() ? "neco" : "neco " + String.join(" ", path);
    }

    /**
     * Follows the words of {@code args} through the tree. Options may stand anywhere.
     *
     * @throws UsageException for a word that is no command, with suggestions
     */
    static Invocation parse(List<String> args) {
        List<String> words = new ArrayList<>(args);
        boolean isHelp = false;
        if (!words.isEmpty() && words.get(0).equals("help")) {
            words.remove(0);
            isHelp = true;
        }
        List<String> path = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        CommandNode node = CommandTree.ROOT;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!node.isGroup() || word.startsWith("-")) {
                rest.add(word);
                if (node.isGroup() && takesValue(word) && i + 1 < words.size()) {
                    rest.add(words.get(++i));
                }
                continue;
            }
            CommandNode group = node;
            node = group.child(word).orElseThrow(() -> new UsageException(Suggestions.unknown(word, group, path)));
            path.add(node.name());
        }
        int end = rest.indexOf("--");
        List<String> options = end < 0 ? rest : rest.subList(0, end);
        return new Invocation(path, node, rest, isHelp || options.contains("-h") || options.contains("--help"));
    }

    /** Whether a word is an option that every command has, without its value. */
    static boolean takesValue(String word) {
        return word.equals("--logfile") || word.equals("--loglevel") || word.equals("--logformat");
    }
}
