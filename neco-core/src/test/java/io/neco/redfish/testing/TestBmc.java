package io.neco.redfish.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * An iDRAC as far as Neco speaks with it: resources of the shapes of DMTF's schemas ServiceRoot, ComputerSystem, Bios and Settings, Dell's
 * jobs, and errors as DSP0266 has them. Its certificate is signed by a CA of its own, for 127.0.0.1.
 */
public final class TestBmc implements AutoCloseable {
    /** Who may use it. */
    public static final String USER = "neco";
    /** The password of {@link #USER}. */
    public static final String PASSWORD = "s3cr3t-of-bmc";

    private static final String SYSTEM = "/redfish/v1/Systems/System.Embedded.1";
    private static final String MANAGER = "/redfish/v1/Managers/iDRAC.Embedded.1";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A request, as {@code METHOD PATH BODY}, without the body when there is none. */
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpsServer server;
    private final X509Bundle ca;
    private volatile Function<String, Optional<Reply>> fault = request -> Optional.empty();

    /** {@code On} or {@code Off}. */
    public volatile String powerState = "On";
    /** Resets it allows; none: it does not tell. */
    public volatile List<String> resetTypes = List.of("On", "ForceOff", "ForceRestart", "PushPowerButton");
    /** How many computers it has. */
    public volatile int systems = 1;
    /** Whether there is a BIOS resource. */
    public volatile boolean hasBios = true;
    /** BIOS settings, values as JSON. */
    public final Map<String, String> attributes = new TreeMap<>(Map.of(
            "BootMode", "\"Uefi\"",
            "Tpm2Hierarchy", "\"Enabled\"",
            "TpmSecurity", "\"On\"",
            "TpmCount", "1"));
    /** Changes that wait for a job. */
    public final Map<String, String> pending = new TreeMap<>();
    /** Jobs there are. */
    public volatile int jobs;

    /**
     * An answer.
     *
     * @param status HTTP status
     * @param body its body
     */
    public record Reply(int status, String body) {}

    /** Starts one. */
    public TestBmc() {
        try {
            ca = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=BMC CA")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            X509Bundle certificate = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=idrac")
                    .addSanIpAddress("127.0.0.1")
                    .buildIssuedBy(ca);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
        } catch (Exception e) {
            throw new IllegalStateException("cannot start a BMC", e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** Its address, with its port. */
    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** The same by a name its certificate does not have. */
    public String addressByOtherName() {
        return "localhost:" + server.getAddress().getPort();
    }

    /** Writes the CA of its certificate to a file. */
    public Path caFile(Path file) throws IOException {
        return Files.writeString(file, ca.getCertificatePEM());
    }

    /** Answers some requests otherwise from now on; they are given as {@code METHOD PATH}. */
    public void misbehave(Function<String, Optional<Reply>> how) {
        fault = how;
    }

    /** Does not answer such requests until it is closed. */
    public void hang(String methodAndPath) {
        misbehave(request -> {
            if (request.equals(methodAndPath)) {
                try {
                    closing.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return Optional.empty();
        });
    }

    /** What it was asked so far, as {@code METHOD PATH BODY}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** What it was told so far: requests that are no questions. */
    public List<String> orders() {
        return requests.stream().filter(request -> !request.startsWith("GET ")).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath();
            String request = exchange.getRequestMethod() + " " + path;
            requests.add(body.isEmpty() ? request : request + " " + body);
            Optional<Reply> other = fault.apply(request);
            Reply reply;
            if (other.isPresent()) {
                reply = other.get();
            } else if (!path.equals("/redfish/v1/") && !isAuthorized(exchange)) {
                reply = error(401, "Base.1.8.NoValidSession", "There is no valid session established.");
            } else {
                reply = answer(request, body, exchange);
            }
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json;odata.metadata=minimal");
            exchange.getResponseHeaders().set("OData-Version", "4.0");
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            OutputStream out = exchange.getResponseBody();
            out.write(bytes);
            out.flush();
        }
    }

    private static boolean isAuthorized(HttpExchange exchange) {
        String pair = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        return ("Basic " + pair).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private synchronized Reply answer(String request, String body, HttpExchange exchange) throws IOException {
        if (request.startsWith("GET " + SYSTEM) && !request.endsWith("/Bios")) {
            return new Reply(200, system(request.substring("GET ".length())));
        }
        return switch (request) {
            case "GET /redfish/v1/" -> new Reply(200, """
                    {"@odata.type": "#ServiceRoot.v1_8_0.ServiceRoot", "@odata.id": "/redfish/v1/", "Id": "RootService",
                     "RedfishVersion": "1.11.0", "Vendor": "Dell",
                     "Systems": {"@odata.id": "/redfish/v1/Systems"}, "Chassis": {"@odata.id": "/redfish/v1/Chassis"},
                     "Managers": {"@odata.id": "/redfish/v1/Managers"}}""");
            case "GET /redfish/v1/Systems" -> new Reply(200, collection());
            case "GET " + SYSTEM + "/Bios" ->
                hasBios
                        ? new Reply(200, bios())
                        : error(404, "Base.1.8.ResourceMissingAtURI", "The resource at the URI was not found.");
            case "POST " + SYSTEM + "/Actions/ComputerSystem.Reset" -> reset(JSON.readTree(body));
            case "PATCH " + SYSTEM + "/Bios/Settings" -> change(JSON.readTree(body));
            case "POST " + MANAGER + "/Jobs" -> job(JSON.readTree(body), exchange);
            default -> error(404, "Base.1.8.ResourceMissingAtURI", "The resource at the URI was not found.");
        };
    }

    private String collection() {
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < systems; i++) {
            members.append(i == 0 ? "" : ",")
                    .append("{\"@odata.id\":\"")
                    .append(SYSTEM)
                    .append(i == 0 ? "" : "-" + i)
                    .append("\"}");
        }
        return "{\"@odata.id\":\"/redfish/v1/Systems\",\"Members\":[" + members + "],\"Members@odata.count\":" + systems
                + "}";
    }

    private String system(String path) {
        String allowed = resetTypes.isEmpty()
                ? ""
                : ", \"ResetType@Redfish.AllowableValues\": [\"" + String.join("\", \"", resetTypes) + "\"]";
        return """
                {"@odata.type": "#ComputerSystem.v1_12_0.ComputerSystem", "@odata.id": "%s", "Id": "System.Embedded.1",
                 "SystemType": "Physical", "Manufacturer": "Dell Inc.", "PowerState": "%s",
                 "Actions": {"#ComputerSystem.Reset": {"target": "%s/Actions/ComputerSystem.Reset"%s}},
                 "Bios": {"@odata.id": "%s/Bios"},
                 "TrustedModules": [{"FirmwareVersion": "7.2.1.0", "InterfaceType": "TPM2_0",
                   "Status": {"State": "Enabled"}}]}""".formatted(path, powerState, SYSTEM, allowed, SYSTEM);
    }

    private String bios() {
        StringBuilder values = new StringBuilder();
        attributes.forEach(
                (name, value) -> values.append(values.isEmpty() ? "" : ",").append("\"" + name + "\":" + value));
        return """
                {"@odata.type": "#Bios.v1_1_1.Bios", "@odata.id": "%s/Bios", "Id": "Bios", "Attributes": {%s},
                 "@Redfish.Settings": {"@odata.type": "#Settings.v1_3_1.Settings",
                   "SettingsObject": {"@odata.id": "%s/Bios/Settings"},
                   "SupportedApplyTimes": ["OnReset", "AtMaintenanceWindowStart"]}}""".formatted(SYSTEM, values, SYSTEM);
    }

    private Reply reset(JsonNode body) {
        String type = body.path("ResetType").asText();
        switch (type) {
            case "On" -> powerState = "On";
            case "ForceOff" -> powerState = "Off";
            case "ForceRestart" -> {
                if (powerState.equals("Off")) {
                    return error(409, "IDRAC.2.4.PSU501", "Unable to reset: the server is off.");
                }
            }
            default -> {
                return error(400, "Base.1.8.ActionParameterNotSupported", "The value " + type + " is not in the list.");
            }
        }
        return new Reply(204, "");
    }

    private Reply change(JsonNode body) {
        body.path("Attributes")
                .properties()
                .forEach(
                        change -> pending.put(change.getKey(), change.getValue().toString()));
        return new Reply(200, "{\"@Message.ExtendedInfo\":[]}");
    }

    private Reply job(JsonNode body, HttpExchange exchange) {
        if (!body.path("TargetSettingsURI").asText().equals(SYSTEM + "/Bios/Settings")) {
            return error(400, "IDRAC.2.4.SYS409", "Unable to create a job: no such settings.");
        }
        if (jobs > 0) {
            return error(400, "IDRAC.2.4.SYS011", "Pending configuration values are already committed.");
        }
        jobs = 1;
        exchange.getResponseHeaders().set("Location", MANAGER + "/Jobs/JID_47160" + jobs);
        return new Reply(200, "");
    }

    /** An error as DSP0266 has it. */
    public static Reply error(int status, String id, String message) {
        return new Reply(status, """
                {"error": {"code": "Base.1.8.GeneralError", "message": "A general error has occurred.",
                 "@Message.ExtendedInfo": [{"MessageId": "%s", "Message": "%s", "Severity": "Critical"}]}}""".formatted(id, message));
    }

    @Override
    public void close() {
        closing.countDown();
        threads.shutdownNow();
        server.stop(0);
    }
}
