package io.neco.cli;

import java.util.List;

/** What may have been meant by a word that is no command. */
final class Suggestions {
    private static final int CLOSE = 2;

    private Suggestions() {}

    /** The message for an unknown word, with the names that are close to it or begin with it. */
    static String unknown(String word, CommandNode group, List<String> path) {
        StringBuilder message = new StringBuilder("unknown command \"" + word + "\" for \"neco"
                + (path.isEmpty() ? "" : " " + String.join(" ", path)) + "\"\n");
        List<String> close = group.children().stream()
                .map(CommandNode::name)
                .filter(name -> name.startsWith(word) || distance(word, name) <= CLOSE)
                .toList();
        if (!close.isEmpty()) {
            message.append("\nDid you mean this?\n");
            close.forEach(name -> message.append('\t').append(name).append('\n'));
        }
        return message.toString();
    }

    /** How many letters must be changed, added or removed to turn one word into the other. */
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
