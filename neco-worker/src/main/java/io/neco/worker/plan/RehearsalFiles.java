package io.neco.worker.plan;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.neco.host.FileMode;
import io.neco.host.HostFiles;
import io.neco.host.HostPaths;
import io.neco.host.HostRoot;
import io.neco.worker.plan.PlannedChange.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The host's files, which stay as they are: what is written is noted, and read again by whoever wrote it. */
final class RehearsalFiles extends HostFiles {
    private static final int CONTEXT_LINES = 3;

    private final Instant begun;
    private final Notes notes;
    private final Map<String, Optional<byte[]>> written = new ConcurrentHashMap<>();

    RehearsalFiles(HostRoot root, Notes notes) {
        super(root);
        this.begun = Instant.now();
        this.notes = notes;
    }

    @Override
    public boolean exists(String absolute) {
        Optional<byte[]> content = written.get(absolute);
        return content == null ? super.exists(absolute) : content.isPresent();
    }

    @Override
    public Optional<String> readIfExists(String absolute) throws IOException {
        Optional<byte[]> content = written.get(absolute);
        return content == null ? super.readIfExists(absolute) : content.map(RehearsalFiles::text);
    }

    @Override
    public Optional<Instant> lastModified(String absolute) throws IOException {
        Optional<byte[]> content = written.get(absolute);
        return content == null ? super.lastModified(absolute) : content.map(any -> begun);
    }

    @Override
    public String read(String absolute) throws IOException {
        return readIfExists(absolute)
                .orElseThrow(() -> new NoSuchFileException(path(absolute).toString()));
    }

    @Override
    public boolean holds(String absolute, String text) throws IOException {
        return readIfExists(absolute).filter(text::equals).isPresent();
    }

    @Override
    public void write(String absolute, byte[] data, FileMode mode) throws IOException {
        Optional<byte[]> before = content(absolute);
        written.put(absolute, Optional.of(data));
        if (isOwnState(absolute)) {
            return;
        }
        if (before.isPresent() && Arrays.equals(before.get(), data)) {
            applyMode(absolute, mode);
            return;
        }
        notes.add(new PlannedChange(
                Kind.FILE,
                absolute,
                (before.isPresent() ? "replace" : "create") + ", " + described(mode),
                isSecret(mode) ? "" : diff(absolute, before, data)));
    }

    @Override
    public void writeTogether(List<NewText> files) throws IOException {
        for (NewText file : files) {
            write(file.absolute(), file.text(), file.mode());
        }
    }

    @Override
    protected void applyMode(String absolute, FileMode mode) throws IOException {
        Path path = path(absolute);
        if (isOwnState(absolute) || !Files.exists(path)) {
            return;
        }
        if (!mode.isOf(path, root())) {
            String present = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
            notes.add(Kind.FILE, absolute, "give it " + described(mode) + " (now " + present + ")");
        }
    }

    @Override
    public void createDirectory(String absolute, FileMode mode) throws IOException {
        if (!exists(absolute)) {
            notes.add(Kind.DIRECTORY, absolute, "create, " + described(mode));
        } else {
            applyMode(absolute, mode);
        }
    }

    @Override
    public void deleteIfExists(String absolute) {
        boolean isThere = exists(absolute);
        written.put(absolute, Optional.empty());
        if (isThere && !isOwnState(absolute)) {
            notes.add(Kind.FILE, absolute, "delete");
        }
    }

    @Override
    public void rename(String absolute, String newAbsolute) {
        written.put(absolute, Optional.empty());
        notes.add(Kind.FILE, absolute, "rename to " + newAbsolute);
    }

    @Override
    public Path copyToTemporary(String directory, String prefix, String suffix, InputStream in) {
        // never made: whatever is told to read it is not run either
        return path(directory).resolve(prefix + "PLAN" + suffix);
    }

    private Optional<byte[]> content(String absolute) throws IOException {
        Optional<byte[]> content = written.get(absolute);
        if (content != null) {
            return content;
        }
        Path path = path(absolute);
        return Files.isRegularFile(path) ? Optional.of(Files.readAllBytes(path)) : Optional.empty();
    }

    /** What the worker writes down for itself is no change of the host. */
    private static boolean isOwnState(String absolute) {
        return absolute.startsWith(HostPaths.STATE_DIR + "/");
    }

    private static boolean isSecret(FileMode mode) {
        return mode.permissions().endsWith("------");
    }

    private static String described(FileMode mode) {
        return mode.permissions()
                + (mode.ownerId().isPresent() ? " owner " + mode.ownerId().getAsInt() : "");
    }

    private static String diff(String absolute, Optional<byte[]> before, byte[] after) {
        List<String> old = before.map(data -> text(data).lines().toList()).orElse(List.of());
        List<String> lines = UnifiedDiffUtils.generateUnifiedDiff(
                before.isPresent() ? absolute : "/dev/null",
                absolute,
                old,
                DiffUtils.diff(old, text(after).lines().toList()),
                CONTEXT_LINES);
        String diff = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        return before.isPresent() ? diff : diff.replaceFirst("@@ -1,0 ", "@@ -0,0 "); // as patch wants it
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }
}
