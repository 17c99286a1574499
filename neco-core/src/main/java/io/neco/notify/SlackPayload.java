package io.neco.notify;

import io.neco.time.GoTime;
import java.util.List;
import java.util.stream.Collectors;

/** The body of a Slack message, byte for byte the reference's; source: ext/slack.go at 1eec387. */
final class SlackPayload {
    private SlackPayload() {}

    static String of(Notification notification, String cluster) {
        return switch (notification.kind()) {
            case INFO ->
                attachment(
                        "#439FE0",
                        "Update begins",
                        "neco-worker has started the updating process.",
                        fields(notification, cluster, "Detail"));
            case SUCCEEDED ->
                attachment(
                        "good",
                        "Update completed successfully",
                        "boot servers were updated successfully :tada: :tada: :tada:",
                        fields(notification, cluster, ""));
            case FAILURE ->
                attachment(
                        "danger",
                        "Update failed",
                        "there were some errors :crying_cat_face:.  Please fix it manually.",
                        fields(notification, cluster, "Reason"));
        };
    }

    private static String attachment(String color, String title, String text, String fields) {
        return "{\"attachments\":[{\"color\":" + quoted(color) + ",\"author_name\":\"Boot server updater\",\"title\":"
                + quoted(title) + ",\"text\":" + quoted(text) + ",\"fields\":[" + fields + "]}]}";
    }

    private static String fields(Notification n, String cluster, String last) {
        String servers = n.request().servers().stream().map(String::valueOf).collect(Collectors.joining(" ", "[", "]"));
        String fields = String.join(
                ",",
                List.of(
                        field("Cluster", cluster, true),
                        field("Version", n.request().version(), true),
                        field("Servers", servers, true),
                        field("Started at", GoTime.formatSeconds(n.request().startedAt()), true)));
        return last.isEmpty() ? fields : fields + "," + field(last, n.message(), false);
    }

    private static String field(String title, String value, boolean isShort) {
        return "{\"title\":" + quoted(title) + (value.isEmpty() ? "" : ",\"value\":" + quoted(value))
                + (isShort ? ",\"short\":true" : "") + "}";
    }

    /** A JSON string as Go writes it: also what has a meaning in HTML is escaped. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029) {
                        out.append(String.format("\\u%04x", c));
                    } else {
                        // a lone surrogate is no character; Go writes the replacement character
                        out.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? 0xfffd : c);
                    }
                }
            }
        });
        return out.append('"').toString();
    }
}
