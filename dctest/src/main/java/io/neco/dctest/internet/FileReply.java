package io.neco.dctest.internet;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** A file as a reply: whole, or the one range that was asked for. Source: RFC 9110, section 14. */
final class FileReply {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-.*");

    private FileReply() {}

    /** The reply to a request for the first {@code size} bytes of a file. */
    static Reply of(Request request, Path file, long size, String type, String tag, Instant modified) {
        var whole = whole(file, size, type, tag, modified).with("Accept-Ranges", "bytes");
        var range = RANGE.matcher(request.header("Range").orElse(""));
        boolean stillTheSame = request.header("If-Range")
                .map(condition -> condition.equals(whole.headers().get("ETag"))
                        || condition.equals(whole.headers().get("Last-Modified")))
                .orElse(true);
        if (!range.matches()
                || !stillTheSame
                || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return whole;
        }
        long first;
        long last = size - 1;
        if (range.group(1).isEmpty()) { // the last so many bytes
            first = Math.max(0, size - Long.parseLong(range.group(2)));
        } else {
            first = Long.parseLong(range.group(1));
            if (!range.group(2).isEmpty()) {
                last = Math.min(last, Long.parseLong(range.group(2)));
            }
        }
        if (first > last) {
            return new Reply(416, Map.of("Content-Range", "bytes */" + size), Content.of(new byte[0]));
        }
        var headers = new LinkedHashMap<>(whole.headers());
        headers.put("Content-Range", "bytes " + first + "-" + last + "/" + size);
        return new Reply(206, headers, Content.of(file, first, last - first + 1));
    }

    /** The whole file, whatever range was asked for. */
    static Reply whole(Path file, long size, String type, String tag, Instant modified) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", type);
        headers.put("ETag", "\"" + tag + "\"");
        headers.put("Last-Modified", DateTimeFormatter.RFC_1123_DATE_TIME.format(modified.atOffset(ZoneOffset.UTC)));
        return new Reply(200, headers, Content.of(file, 0, size));
    }

    /** Where in the file the body of a reply starts. */
    static long offset(Reply reply) {
        var range = CONTENT_RANGE.matcher(reply.headers().getOrDefault("Content-Range", ""));
        return range.matches() ? Long.parseLong(range.group(1)) : 0;
    }
}
