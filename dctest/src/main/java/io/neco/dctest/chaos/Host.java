package io.neco.dctest.chaos;

import io.neco.dctest.Lab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A host of the lab as this machine sees it: its processes are processes here, and its files are below {@code /proc}. */
final class Host {
    private static final Path PROC = Path.of("/proc");
    private static final Duration INSPECTION = Duration.ofSeconds(30);
    /** In {@code /proc/PID/stat}, where state is the third field and start time the twenty-second. */
    private static final int FROM_STATE_TO_START = 19;

    private final Lab lab;
    private final String name;
    private long init;
    private String initStart = "";

    Host(Lab lab, String name) {
        this.lab = lab;
        this.name = name;
    }

    String name() {
        return name;
    }

    /**
     * The process ID of the host's process 1.
     *
     * @throws AssertionError if the host is off
     */
    synchronized long init() {
        // a process ID alone may be another process by now: there are 32,768 of them, and each run of the tests uses
        // them up several times
        if (init == 0 || !startOf(init).equals(initStart)) {
            String pid = Lab.run(
                            INSPECTION,
                            "",
                            List.of("docker", "inspect", "-f", "{{.State.Pid}}", lab.name() + "-" + name))
                    .orFail()
                    .stdout()
                    .strip();
            init = Long.parseLong(pid);
            if (init == 0) {
                throw new AssertionError(name + " is off");
            }
            initStart = startOf(init);
        }
        return init;
    }

    /** Whether a file exists on the host, as its processes see it. */
    boolean has(String file) {
        return Files.exists(Path.of(process(init()) + "/root" + file));
    }

    /** The main process of a service, empty if it does not run. */
    OptionalLong mainProcess(String unit) {
        long parent = init();
        return processes()
                .filter(pid -> parent(pid) == parent && read(pid, "cgroup").contains("/" + unit + ".service"))
                .findFirst();
    }

    /** The process of etcd, which runs in a container of the host's own engine; empty if it does not run. */
    OptionalLong etcd() {
        long ancestor = init();
        return processes()
                .filter(pid -> read(pid, "comm").strip().equals("etcd") && isBelow(ancestor, pid))
                .findFirst();
    }

    /** The dpkg that unpacks a package: it has {@code dpkg-deb --fsys-tarfile} write the files to it. */
    OptionalLong unpackingDpkg() {
        long ancestor = init();
        return processes()
                .filter(pid -> read(pid, "comm").strip().equals("dpkg-deb")
                        && read(pid, "cmdline").contains("--fsys-tarfile"))
                .map(Host::parent)
                .filter(pid -> read(pid, "comm").strip().equals("dpkg") && isBelow(ancestor, pid))
                .findFirst();
    }

    private static boolean isBelow(long ancestor, long pid) {
        long here = pid;
        while (here > 1 && here != ancestor) {
            here = parent(here);
        }
        return here == ancestor;
    }

    private static LongStream processes() {
        try (Stream<Path> all = Files.list(PROC)) {
            return all
                    .map(path -> path.getFileName().toString())
                    .filter(file -> Character.isDigit(file.charAt(0)))
                    .mapToLong(Long::parseLong)
                    .sorted()
                    .boxed()
                    .toList()
                    .stream()
                    .mapToLong(Long::longValue);
        } catch (IOException e) {
            throw new AssertionError("cannot list " + PROC, e);
        }
    }

    /** The parent of a process, 0 if it is gone. */
    private static long parent(long pid) {
        String stat = read(pid, "stat");
        // the name, which is in parentheses, may have blanks and parentheses
        int end = stat.lastIndexOf(')');
        return end < 0 ? 0 : Long.parseLong(stat.substring(end + 2).split(" ", 3)[1]);
    }

    /** When a process was started, in ticks since the machine was; empty if it is gone. */
    private static String startOf(long pid) {
        String stat = read(pid, "stat");
        int end = stat.lastIndexOf(')');
        return end < 0 ? "" : stat.substring(end + 2).split(" ", -1)[FROM_STATE_TO_START];
    }

    private static Path process(long pid) {
        return PROC.resolve(Long.toString(pid));
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(process(pid).resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended meanwhile
        }
    }
}
