package io.neco.cke;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of Kubernetes resources in which names of images and addresses are to be filled in.
 *
 * <p>Of Go's text/template exactly two constructs are understood, <code>{{ .name }}</code> and <code>{{ index . "name" }}</code>; everything
 * else between double braces is an error, as is a name that is not given: a resource with a hole in it would be applied without a word.
 *
 * <p>Source: progs/cke/resource.go at 1eec387.
 */
public final class ResourceTemplate {
    private static final Pattern DOTTED = Pattern.compile("[ \\t]*\\.([A-Za-z_][A-Za-z0-9_]*)[ \\t]*");
    private static final Pattern INDEXED = Pattern.compile("[ \\t]*index[ \\t]+\\.[ \\t]+\"([^\"\\\\]+)\"[ \\t]*");
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";
    private static final int SHOWN = 60;

    private ResourceTemplate() {}

    /**
     * Fills in the values.
     *
     * @param text the file
     * @param source where it is from, for messages
     * @param values what there is to fill in
     * @throws InvalidTemplateException naming file, line and construct
     */
    public static String render(String text, String source, Map<String, String> values)
            throws InvalidTemplateException {
        StringBuilder out = new StringBuilder();
        int at = 0;
        for (int open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
            out.append(text, at, open);
            int close = text.indexOf(CLOSE, open);
            if (close < 0) {
                throw invalid(source, text, open, text.length(), "is not closed by }}");
            }
            int end = close + CLOSE.length();
            String name = name(text.substring(open + OPEN.length(), close));
            if (name.isEmpty()) {
                throw invalid(
                        source, text, open, end, "is not understood; only {{ .name }} and {{ index . \"name\" }} are");
            }
            String value = values.get(name);
            if (value == null) {
                throw invalid(
                        source,
                        text,
                        open,
                        end,
                        "names " + name + ", which is not known (known: " + String.join(", ", values.keySet()) + ")");
            }
            out.append(value);
            at = end;
        }
        return out.append(text, at, text.length()).toString();
    }

    /** What a construct names; empty when it is neither of the two. */
    private static String name(String construct) {
        Matcher dotted = DOTTED.matcher(construct);
        if (dotted.matches()) {
            return dotted.group(1);
        }
        Matcher indexed = INDEXED.matcher(construct);
        return indexed.matches() ? indexed.group(1) : "";
    }

    private static InvalidTemplateException invalid(String source, String text, int begin, int end, String why) {
        long line = text.substring(0, begin).chars().filter(c -> c == '\n').count() + 1;
        String construct = text.substring(begin, Math.min(end, begin + SHOWN));
        int newline = construct.indexOf('\n');
        String shown = newline < 0 ? construct : construct.substring(0, newline);
        return new InvalidTemplateException(source + ":" + line + ": " + shown + " " + why);
    }
}
