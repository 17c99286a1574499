package io.neco.tools.menu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cloud-init file with fields to fill in, {@code {{.Name}}} or {@code {{ .Rack.Index }}}; of Go's templates, which the reference
 * takes, nothing else is understood.
 *
 * @param file where it is from, for messages
 * @param text the template
 */
record SeedTemplate(String file, String text) {
    private static final Pattern ACTION = Pattern.compile("\\{\\{(.*?)\\}\\}", Pattern.DOTALL);
    private static final Pattern FIELD = Pattern.compile("\\s*\\.([A-Za-z0-9.]+)\\s*");

    /**
     * The text with all fields filled in.
     *
     * @param values by name, e.g. {@code Rack.Index}
     * @throws IllegalArgumentException when a field is unknown or something else is between the braces; the message tells the line
     */
    String fill(Map<String, String> values) {
        StringBuilder filled = new StringBuilder();
        Matcher action = ACTION.matcher(text);
        while (action.find()) {
            Matcher field = FIELD.matcher(action.group(1));
            String value = field.matches() ? values.get(field.group(1)) : null;
            if (value == null) {
                List<String> known = new ArrayList<>();
                new TreeSet<>(values.keySet()).forEach(name -> known.add("{{." + name + "}}"));
                long line = text.substring(0, action.start()).lines().count();
                throw new IllegalArgumentException(file + ": line " + Math.max(1, line) + ": " + action.group()
                        + " is not known; known: " + String.join(", ", known));
            }
            action.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return action.appendTail(filled).toString();
    }
}
