package io.neco.vault;

import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.neco.http.QuickKeyExchange;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Asks and unseals a Vault over plain sockets, one connection for each request: Vault's unit runs a program for that at every start
 * and waits for its end, and an HTTP client takes longer to load than both requests. Everything else is {@link VaultClient}'s.
 */
public final class LiteVault implements SealedVault {
    private static final int TIMEOUT = (int) Duration.ofSeconds(10).toMillis();
    private static final String HEALTH = "sys/health?standbycode=299&drsecondarycode=299&performancestandbycode=299"
            + "&sealedcode=299&uninitcode=299";

    private final String address;
    private final URI uri;
    private final @Nullable SSLContext trust;

    /**
     * @param address e.g. {@code https://127.0.0.1:8200}
     * @param trust what the server's certificate is checked with; not used for plain {@code http}
     * @throws IllegalArgumentException when the address is no http or https URL
     */
    public LiteVault(String address, @Nullable SSLContext trust) {
        this.address = address;
        this.uri = URI.create(address);
        this.trust = trust;
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!isHttp || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "cannot use the Vault address " + address + "; it must be like https://127.0.0.1:8200");
        }
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public VaultHealth health() throws VaultRequestException {
        JsonObject answer = ask("GET", HEALTH, "");
        return new VaultHealth(
                answer.getBoolean("initialized", false),
                answer.getBoolean("sealed", true),
                answer.getBoolean("standby", true));
    }

    /**
     * The address of the server that this one takes for the active one; empty: it knows none.
     *
     * @throws VaultRequestException also with status 503 if this server is sealed, since it cannot know then
     */
    public Optional<String> leader() throws VaultRequestException {
        return Optional.of(ask("GET", "sys/leader", "").getString("leader_address", ""))
                .filter(found -> !found.isEmpty());
    }

    @Override
    public void unseal(String key) throws VaultRequestException {
        JsonObject answer =
                ask("PUT", "sys/unseal", Json.object().add("key", key).toString());
        if (answer.getBoolean("sealed", true)) {
            throw VaultErrors.stillSealed(address);
        }
    }

    private JsonObject ask(String method, String path, String body) throws VaultRequestException {
        String plainPath = path.replaceFirst("\\?.*", "");
        byte[] answer;
        try (Socket socket = open()) {
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            out.write((method + " /v1/" + path + " HTTP/1.1\r\nHost: " + uri.getAuthority()
                            + "\r\nX-Vault-Request: true\r\nConnection: close\r\nContent-Length: " + bytes.length
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.flush();
            answer = socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw VaultErrors.noAnswer(method, address, plainPath, e);
        }
        return understood(method, plainPath, answer);
    }

    private Socket open() throws IOException {
        try {
            return open(true);
        } catch (SSLException e) {
            return open(false);
        }
    }

    private Socket open(boolean isQuick) throws IOException {
        Socket plain = new Socket();
        boolean isDone = false;
        try {
            plain.setSoTimeout(TIMEOUT);
            boolean isTls = "https".equals(uri.getScheme());
            int port = uri.getPort() >= 0 ? uri.getPort() : isTls ? 443 : 80;
            plain.connect(new InetSocketAddress(uri.getHost(), port), TIMEOUT);
            Socket socket = isTls ? secured(plain, port, isQuick) : plain;
            isDone = true;
            return socket;
        } finally {
            if (!isDone) {
                plain.close();
            }
        }
    }

    private Socket secured(Socket plain, int port, boolean isQuick) throws IOException {
        if (trust == null) {
            throw new IOException("no certificates are trusted");
        }
        SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket(plain, uri.getHost(), port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (isQuick) {
            QuickKeyExchange.offer(parameters);
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private JsonObject understood(String method, String path, byte[] answer) throws VaultRequestException {
        // one character for each byte, as lengths count bytes
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.matches("(?s)HTTP/1\\.\\d \\d{3}.*")) {
            throw VaultErrors.noAnswer(method, address, path, new IOException("the answer is not HTTP"));
        }
        int status = Integer.parseInt(text.substring(9, 12));
        String head = text.substring(0, end).toLowerCase(Locale.ROOT);
        String body = text.substring(end + 4);
        if (head.contains("\r\ntransfer-encoding: chunked")) {
            body = unchunked(body);
        }
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        if (status < 200 || status > 299) {
            throw VaultErrors.refused(method, address, path, status, bytes);
        }
        return VaultErrors.parse(bytes)
                .orElseThrow(() -> new VaultRequestException(
                        "Vault at " + address + ", " + path + ": the answer is not JSON", status));
    }

    private static String unchunked(String body) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < body.length()) {
            int end = body.indexOf("\r\n", at);
            int length = end < 0
                    ? 0
                    : Integer.parseInt(
                            body.substring(at, end).replaceFirst(";.*", "").strip(), 16);
            if (length == 0) {
                break;
            }
            text.append(body, end + 2, Math.min(body.length(), end + 2 + length));
            at = end + 2 + length + 2;
        }
        return text.toString();
    }
}
