package io.neco.cli;

import java.util.List;
import java.util.Map;

/** Writes the documents of {@link PlainJson} as YAML blocks; scalars are in JSON's form, which YAML reads. */
final class PlainYaml {
    private PlainYaml() {}

    static void write(StringBuilder out, Map<?, ?> document) {
        members(out, document, "", "");
    }

    private static void members(StringBuilder out, Map<?, ?> map, String first, String indent) {
        String prefix = first;
        for (Map.Entry<?, ?> member : map.entrySet()) {
            out.append(prefix).append(member.getKey()).append(':');
            prefix = indent;
            if (member.getValue() instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map<?, ?>) {
                out.append('\n');
                for (Object item : list) {
                    members(out, (Map<?, ?>) item, indent + "- ", indent + "  ");
                }
            } else {
                out.append(' ');
                PlainJson.write(out, member.getValue(), 0);
                out.append('\n');
            }
        }
    }
}
