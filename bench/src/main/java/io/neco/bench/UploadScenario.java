package io.neco.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** A file to a server that throws it away: {@link io.neco.sabakan.SabakanClient} against {@code curl -T}. */
final class UploadScenario {
    private static final int PIECE = 1 << 18;

    private final Path directory;
    private final List<String> options;
    private final int rounds;
    private final List<Integer> sizes;

    UploadScenario(Path directory, List<String> options, int rounds, List<Integer> sizes) {
        this.directory = directory;
        this.options = options;
        this.rounds = rounds;
        this.sizes = sizes;
    }

    void run(Table table) throws IOException, InterruptedException {
        try (Sink sink = new Sink()) {
            for (int size : sizes) {
                Path file = directory.resolve("upload");
                write(file, size);
                compare(table, size, file, sink.address());
                Files.delete(file);
            }
        }
    }

    private void compare(Table table, int size, Path file, String address) throws IOException, InterruptedException {
        Tool curl = new Tool(directory.resolve("curl.log"), Map.of());
        List<String> command =
                List.of("curl", "-sSf", "-o", "/dev/null", "-T", file.toString(), address + "/api/v1/assets/bench.img");
        List<Measured> ours = new ArrayList<>();
        List<Measured> theirs = new ArrayList<>();
        Measured first;
        try (SubjectProcess subject = new SubjectProcess(options, directory, Map.of())) {
            String upload = "upload " + address + " " + file;
            first = subject.measure(upload);
            for (int i = 0; i < rounds; i++) {
                theirs.add(curl.measure(List.of(command)));
                ours.add(subject.measure(upload));
            }
        }
        table.row(size + " MB", first, ours, theirs);
    }

    private static void write(Path file, int megabytes) throws IOException {
        byte[] piece = new byte[1_000_000];
        new Random(megabytes).nextBytes(piece);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < megabytes; i++) {
                out.write(piece);
            }
        }
    }

    /** Takes requests with a body of known length, one connection after the other. */
    private static final class Sink implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

        Sink() throws IOException {
            Thread thread = new Thread(this::accept, "sink");
            thread.setDaemon(true);
            thread.start();
        }

        String address() {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }

        private void accept() {
            while (true) {
                Socket connection;
                try {
                    connection = socket.accept();
                } catch (IOException e) {
                    return; // closed
                }
                Thread thread = new Thread(() -> serve(connection), "sink-connection");
                thread.setDaemon(true);
                thread.start();
            }
        }

        private static void serve(Socket connection) {
            boolean isAnswered = false;
            try (connection) {
                InputStream in = new BufferedInputStream(connection.getInputStream());
                OutputStream out = connection.getOutputStream();
                byte[] piece = new byte[PIECE];
                for (String line = line(in); !line.isEmpty(); line = line(in)) {
                    isAnswered = false;
                    long left = 0;
                    for (String header = line(in); !header.isEmpty(); header = line(in)) {
                        String lower = header.toLowerCase(Locale.ROOT);
                        if (lower.startsWith("content-length:")) {
                            left = Long.parseLong(lower.replaceAll("\\D", ""));
                        } else if (lower.equals("expect: 100-continue")) {
                            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        }
                    }
                    while (left > 0) {
                        int count = in.read(piece, 0, (int) Math.min(piece.length, left));
                        if (count < 0) {
                            return;
                        }
                        left -= count;
                    }
                    String answer = "{\"status\":201,\"id\":\"1\"}\n";
                    out.write(("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: "
                                    + answer.length() + "\r\n\r\n" + answer)
                            .getBytes(StandardCharsets.US_ASCII));
                    isAnswered = true;
                }
            } catch (IOException e) {
                if (!isAnswered) { // a client that has its answer may hang up as it likes
                    throw new UncheckedIOException(e);
                }
            }
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
