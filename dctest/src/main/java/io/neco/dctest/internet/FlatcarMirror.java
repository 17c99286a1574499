package io.neco.dctest.internet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * A mirror of Flatcar Container Linux with every version that anybody may ask for: kernel and initrd are small and made
 * up, but always the same for the same channel and version.
 *
 * <p>Faults of server {@code flatcar}: {@code not-found}, {@code server-error}, {@code cut} (the connection breaks after
 * the given number of bytes, default half).
 */
public final class FlatcarMirror implements Site {
    private static final Pattern FILE =
            Pattern.compile("/amd64-usr/(\\d+\\.\\d+\\.\\d+)/(flatcar_production_pxe\\.vmlinuz"
                    + "|flatcar_production_pxe_image\\.cpio\\.gz|version\\.txt)");
    private static final int KERNEL_SIZE = 2 << 20;
    private static final int INITRD_SIZE = 6 << 20;

    private final Faults faults;

    /** A mirror with the faults of server {@code flatcar}. */
    public FlatcarMirror(Faults faults) {
        this.faults = faults;
    }

    @Override
    public Reply answer(Request request) throws IOException {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Reply.text(405, "Method Not Allowed\n");
        }
        var fault = faults.of("flatcar");
        var file = FILE.matcher(request.path());
        if (!file.matches() || fault.mode().equals("not-found")) {
            return Reply.text(404, "Not Found\n");
        }
        var channel = request.host().substring(0, request.host().indexOf('.'));
        var reply = switch (file.group(2)) {
            case "version.txt" -> Reply.text(200, "FLATCAR_VERSION=" + file.group(1) + "\n");
            case "flatcar_production_pxe.vmlinuz" -> madeUp("MZ", channel, file.group(1), KERNEL_SIZE);
            default -> madeUp("\u001f\u008b", channel, file.group(1), INITRD_SIZE);
        };
        return switch (fault.mode()) {
            case "none" -> reply;
            case "server-error" -> Reply.text(500, "Server Error\n");
            case "cut" ->
                reply.with(reply.content()
                        .cutAfter(fault.argumentOr(reply.content().length() / 2)));
            default -> Reply.text(500, "the lab knows no fault flatcar=" + fault.mode() + "\n");
        };
    }

    private static Reply madeUp(String magic, String channel, String version, int size) throws IOException {
        var bytes = new ByteArrayOutputStream(size);
        bytes.write(magic.getBytes(StandardCharsets.ISO_8859_1));
        byte[] rest = new byte[size - bytes.size()];
        new SplittableRandom((magic + channel + version).hashCode()).nextBytes(rest);
        bytes.write(rest);
        return new Reply(200, Map.of("Content-Type", "application/octet-stream"), Content.of(bytes.toByteArray()));
    }
}
