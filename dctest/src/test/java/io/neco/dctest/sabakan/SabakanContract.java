package io.neco.dctest.sabakan;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Fields;
import io.neco.dctest.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What boot servers need of sabakan, over HTTP. It leaves nothing in a server but address settings where there were
 * none.
 */
abstract class SabakanContract {
    private static final String RUN = Long.toString(System.currentTimeMillis() % 1_000_000_000, 36);
    private static final String IPAM = """
            {"max-nodes-in-rack": 28, "node-ipv4-pool": "10.69.0.0/20", "node-ipv4-range-size": 6,
             "node-ipv4-range-mask": 26, "node-index-offset": 3, "node-ip-per-node": 3, "node-gateway-offset": 1,
             "bmc-ipv4-pool": "10.72.16.0/20", "bmc-ipv4-offset": "0.0.1.0", "bmc-ipv4-range-size": 5,
             "bmc-ipv4-range-mask": 20, "bmc-ipv4-gateway-offset": 1}""";

    @TempDir
    private static Path directory;

    private final Deque<Runnable> cleaning = new ArrayDeque<>();
    private SabakanApi api = SabakanApi.at("");

    /** The server under test. */
    abstract SabakanApi server();

    @BeforeEach
    void addressesCanBeAssigned() {
        api = server();
        if (api.get("config/ipam").status() == 404) {
            assertThat(api.put("config/ipam", IPAM).expect(200).text()).isEqualTo("null\n");
        }
    }

    @AfterEach
    void leaveNothing() {
        cleaning.forEach(Runnable::run);
    }

    private void afterwards(Runnable action) {
        cleaning.push(action);
    }

    @Test
    void answersWhoAsksForNothingInParticularThatThereIsNothing() {
        api.get("/").expectError(404, "requested resource is not found");
        api.get("nothing").expectError(404, "requested resource is not found");
    }

    @Test
    void tellsVersionAndHealth() {
        assertThat(api.get("/version").expect(200).object()).containsKey("version");
        assertThat(api.get("/health").expect(200).object()).containsEntry("health", "healthy");
    }

    @Test
    void keepsImagesInTheOrderOfUpload() throws IOException {
        String first = image("1");
        String second = image("2");

        List<Map<String, Object>> index = api.get("images/coreos").expect(200).objects();
        List<String> ids = index.stream().map(i -> String.valueOf(i.get("id"))).toList();
        assertThat(ids).containsSubsequence(first, second).endsWith(second);
        Map<String, Object> newest = index.get(index.size() - 1);
        assertThat(newest).containsKeys("id", "date", "size", "urls", "exists");
        assertThat(newest.get("size")).isEqualTo(1500L);
        assertThat(newest.get("exists")).isEqualTo(true);
        assertThat(Documents.urls(newest))
                .isNotEmpty()
                .allMatch(url -> url.endsWith("/api/v1/images/coreos/" + second));
        assertThat(api.get("images/coreos/" + first).expect(200).header("Content-Type"))
                .isEqualTo("application/tar");
    }

    private String image(String name) throws IOException {
        String id = "0.0." + RUN + "-" + name;
        api.send("PUT", "images/coreos/" + id, archive(Map.of("kernel", 1000, "initrd.gz", 500)), Map.of())
                .expect(201);
        afterwards(() -> api.delete("images/coreos/" + id));
        return id;
    }

    private static byte[] archive(Map<String, Integer> sizes) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        sizes.forEach((name, size) -> files.put(name, SabakanApi.content(size, size)));
        return SabakanApi.archive(directory, files);
    }

    @Test
    void takesTheSameImageAgainButNoOtherUnderItsId() throws IOException {
        String id = image("same");

        api.send("PUT", "images/coreos/" + id, archive(Map.of("kernel", 1000, "initrd.gz", 500)), Map.of())
                .expect(201);
        api.send("PUT", "images/coreos/" + id, archive(Map.of("kernel", 1001, "initrd.gz", 500)), Map.of())
                .expectError(500, "different content");
    }

    @Test
    void refusesImagesThatAreNotAKernelAndAnInitrd() throws IOException {
        String path = "images/coreos/0.0." + RUN + "-bad";

        api.send("PUT", path, archive(Map.of("kernel", 10)), Map.of()).expectError(400, "invalid request");
        api.send("PUT", path, archive(Map.of("kernel", 10, "initrd.gz", 10, "more", 1)), Map.of())
                .expectError(400, "invalid request");
        byte[] whole = archive(Map.of("kernel", 100_000, "initrd.gz", 10));
        api.send("PUT", path, SabakanApi.firstHalf(whole), Map.of()).expectError(500, "unexpected EOF");
        api.put("images/coreos/a_b", "").expectError(400, "invalid request");
        api.put("images/UPPER/1", "").expectError(404, "requested resource is not found");
        api.get("images").expectError(404, "requested resource is not found");
        assertThat(api.get(path).status()).isEqualTo(404);
    }

    @Test
    void doesNotTakeADeletedImageBack() throws IOException {
        String id = image("deleted");

        api.delete("images/coreos/" + id).expect(200);

        api.get("images/coreos/" + id).expectError(404, "requested resource is not found");
        api.delete("images/coreos/" + id).expectError(404, "requested resource is not found");
        api.send("PUT", "images/coreos/" + id, archive(Map.of("kernel", 1000, "initrd.gz", 500)), Map.of())
                .expectError(409, "conflicted");
    }

    @Test
    void keepsAssetsWithTheirChecksumAndNumbersEveryUpload() throws NoSuchAlgorithmException {
        String name = "contract-" + RUN + ".img";
        byte[] content = SabakanApi.content(300_000, 1);
        api.get("assets/" + name + "/meta").expectError(404, "requested resource is not found");
        api.get("assets/" + name).expectError(404, "requested resource is not found");
        afterwards(() -> api.delete("assets/" + name).expect(200));

        SabakanApi.Answer put = api.putAsset(name, content, Map.of()).expect(201);

        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        assertThat(put.object()).containsEntry("status", 201L);
        assertThat(String.valueOf(put.object().get("id"))).matches("\\d+");
        Map<String, Object> meta =
                api.get("assets/" + name + "/meta").expect(200).object();
        assertThat(meta)
                .containsEntry("name", name)
                .containsEntry("id", put.object().get("id"))
                .containsEntry("content-type", "application/octet-stream")
                .containsEntry("size", 300_000L)
                .containsEntry("sha256", sum)
                .containsEntry("exists", true);
        assertThat(Documents.urls(meta)).isNotEmpty().allMatch(url -> url.endsWith("/api/v1/assets/" + name));
        SabakanApi.Answer got = api.get("assets/" + name).expect(200);
        assertThat(got.body()).isEqualTo(content);
        assertThat(got.header("X-Sabakan-Asset-ID")).isEqualTo(put.object().get("id"));
        assertThat(got.header("X-Sabakan-Asset-SHA256")).isEqualTo(sum);
        assertThat(String.valueOf(api.get("assets").expect(200).json())).contains(name);

        SabakanApi.Answer again =
                api.putAsset(name, SabakanApi.content(10, 2), Map.of()).expect(200);
        assertThat(again.object()).containsEntry("status", 200L);
        assertThat(again.object().get("id")).isNotEqualTo(put.object().get("id"));
        assertThat(api.get("assets/" + name).body()).hasSize(10);
    }

    @Test
    void checksTheChecksumAndKeepsOptionsOfAnAsset() {
        String name = "contract-sum-" + RUN;
        byte[] content = SabakanApi.content(1000, 3);

        api.putAsset(name, content, Map.of("X-Sabakan-Asset-SHA256", "00".repeat(32)))
                .expectError(500, "checksum mismatch");
        api.putAsset(name, content, Map.of("X-Sabakan-Asset-SHA256", "xyz")).expectError(400, "bad checksum");
        assertThat(api.get("assets/" + name + "/meta").status()).isEqualTo(404);

        afterwards(() -> api.delete("assets/" + name).expect(200));
        api.putAsset(name, content, Map.of("X-Sabakan-Asset-Options-Version", "1.2.3"))
                .expect(201);
        assertThat(new Fields(api.get("assets/" + name + "/meta").object())
                        .object("options")
                        .text("version"))
                .isEqualTo("1.2.3");
    }

    @Test
    void wantsToKnowTypeAndLengthOfAnAsset() {
        api.send("PUT", "assets/contract-typeless", new byte[] {1}, Map.of()).expectError(400, "invalid request");
        api.delete("assets/contract-absent-" + RUN).expectError(404, "requested resource is not found");
        api.post("assets/contract-" + RUN, "x").expectError(405, "method not allowed");
    }

    private String ignition(String unit) {
        Map<String, Object> template = Map.of(
                "ignition", Map.of("config", Map.of(), "security", Map.of("tls", Map.of()), "timeouts", Map.of()),
                "storage",
                        Map.of(
                                "files",
                                List.of(Map.of(
                                        "filesystem",
                                        "root",
                                        "path",
                                        "/etc/neco/version",
                                        "mode",
                                        420,
                                        "contents",
                                        Map.of("source", "data:,%7B%7B%20Metadata%20%22version%22%20%7D%7D%0A")))),
                "systemd", Map.of("units", List.of(Map.of("name", "a.service", "enabled", true, "contents", unit))));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version", "2.2");
        body.put("template", template);
        body.put("meta", Map.of("version", "1", "boot_servers", List.of("10.69.0.3")));
        return Json.text(body) + "\n";
    }

    @Test
    void keepsIgnitionTemplatesInTheOrderOfTheirVersions() {
        String role = "contract" + RUN;
        assertThat(api.get("ignitions/" + role).expect(200).text()).isEqualTo("null\n");
        for (String id : List.of("2022.10.25-2", "2022.05.25-10", "2022.05.25-9")) {
            afterwards(() -> api.delete("ignitions/" + role + "/" + id).expect(200));
            api.put("ignitions/" + role + "/" + id, ignition("[Unit]\nDescription={{ MyURL }}\n"))
                    .expect(201);
        }

        assertThat(api.get("ignitions/" + role).expect(200).json())
                .isEqualTo(List.of("2022.05.25-9", "2022.05.25-10", "2022.10.25-2"));
        api.put("ignitions/" + role + "/2022.05.25-9", ignition("")).expectError(409, "conflicted");
        assertThat(api.get("ignitions/" + role + "/2022.10.25-2").expect(200).object())
                .containsEntry("version", "2.2")
                .containsKeys("template", "meta");
        api.get("ignitions/" + role + "/1.0.0").expectError(404, "requested resource is not found");
        api.delete("ignitions/" + role + "/1.0.0").expectError(404, "requested resource is not found");
    }

    @Test
    void forgetsTheLowestOfMoreThanTenIgnitionTemplates() {
        String role = "contract-ten-" + RUN;
        IntStream.rangeClosed(1, 11)
                .forEach(i ->
                        api.put("ignitions/" + role + "/1.0." + i, ignition("")).expect(201));

        List<?> ids = (List<?>)
                Objects.requireNonNull(api.get("ignitions/" + role).expect(200).json());
        ids.forEach(id -> afterwards(() -> api.delete("ignitions/" + role + "/" + id)));
        assertThat(ids).hasSize(10).first().isEqualTo("1.0.2");
    }

    @Test
    void refusesIgnitionTemplatesThatCannotBeRendered() {
        String path = "ignitions/contract-bad-" + RUN + "/1.0.0";

        api.put(path, "not JSON").expectError(400, "invalid request body");
        api.put(path, ignition("{{ Metadata \"absent\" }}")).expectError(400, "no such meta data: absent");
        api.put(path, ignition("{{ Nonsense }}")).expectError(400, "not defined");
        api.put(path, ignition("{{ if true }}x")).expectError(400, "invalid template");
        api.put(path, ignition("{{ MyURL")).expectError(400, "invalid template");
        api.put(path, ignition("").replace("\"2.2\"", "\"9.9\"")).expectError(400, "unsupported ignition version");
        api.put(path, ignition(" ".repeat(2 << 20))).expectError(400, "too large");
        api.put("ignitions/a_/1.0.0", ignition("")).expectError(400, "invalid role name");
        api.put("ignitions/contract/x!", ignition("")).expectError(400, "invalid ignition id");
        assertThat(api.get(path).status()).isEqualTo(404);
    }

    @Test
    void givesMachinesTheirPlacesAndAddresses() {
        String boot = machine("boot", 40);
        String first = machine("cs", 40);
        String second = machine("ss", 40);

        Map<String, Object> machine = one("serial=" + boot);
        assertThat(new Fields(machine).object("spec").values())
                .containsEntry("serial", boot)
                .containsEntry("rack", 40L)
                .containsEntry("role", "boot")
                .containsKeys("labels", "index-in-rack", "ipv4", "ipv6", "register-date", "retire-date", "bmc");
        assertThat(new Fields(machine).object("spec").list("ipv4")).hasSize(3);
        assertThat(new Fields(machine).object("status").text("state")).isEqualTo("uninitialized");
        assertThat(new Fields(machine).object("info").values()).containsKeys("network", "bmc");
        long index = index(boot);
        assertThat(index(first)).isEqualTo(index + 1);
        assertThat(index(second)).isEqualTo(index + 2);
        assertThat(api.get("machines?rack=40&role=cs").expect(200).objects()).hasSize(1);
        assertThat(api.get("machines?rack=40&without-role=cs").expect(200).objects())
                .hasSize(2);
        assertThat(api.get("machines?rack=40&role=cs,ss").expect(200).objects()).hasSize(2);
        assertThat(api.get("machines?labels=run%3D" + RUN + "&role=boot")
                        .expect(200)
                        .objects())
                .hasSize(1);
        api.get("machines?rack=40&role=nobody").expectError(404, "requested resource is not found");
        api.get("machines?role=cs&without-role=cs").expectError(400, "'with' and 'without'");
    }

    private String machine(String role, int rack) {
        String serial = "contract-" + RUN + "-" + role + rack;
        afterwards(() -> {
            api.put("state/" + serial, "retiring");
            api.put("state/" + serial, "retired");
            api.delete("machines/" + serial);
        });
        api.post("machines", Json.text(List.of(spec(serial, role, rack)))).expect(201);
        return serial;
    }

    private static Map<String, Object> spec(String serial, String role, int rack) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("serial", serial);
        spec.put("labels", Map.of("machine-type", "qemu", "run", RUN));
        spec.put("rack", rack);
        spec.put("role", role);
        spec.put("bmc", Map.of("type", "IPMI-2.0"));
        return spec;
    }

    private Map<String, Object> one(String query) {
        List<Map<String, Object>> found =
                api.get("machines?" + query).expect(200).objects();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private long index(String serial) {
        return new Fields(one("serial=" + serial)).object("spec").number("index-in-rack", -1);
    }

    @Test
    void registersAllMachinesOrNone() {
        String known = machine("boot", 41);

        api.post("machines", Json.text(List.of(spec("contract-" + RUN + "-new", "cs", 41), spec(known, "cs", 41))))
                .expectError(409, "conflicted");
        api.post("machines", Json.text(List.of(spec("contract-" + RUN + "-second", "boot", 41))))
                .expectError(409, "conflicted");
        api.get("machines?serial=contract-" + RUN + "-new").expectError(404, "requested resource is not found");
        api.post("machines", Json.text(List.of(spec("", "cs", 41)))).expectError(400, "serial is empty");
        api.post("machines", Json.text(List.of(spec("x", "a b", 41)))).expectError(400, "invalid role");
        api.post("machines", "{").expectError(400, "invalid request");
    }

    @Test
    void keepsKeysOfDisksUntilAMachineLeaves() {
        String serial = machine("cs", 43);
        String path = "crypts/" + serial + "/pci-0000";

        api.get(path).expectError(404, "requested resource is not found");
        assertThat(api.put(path, "key").expect(201).object()).containsEntry("path", "pci-0000");
        api.put(path, "other").expectError(409, "conflicted");
        api.put(path + "1", "").expectError(400, "invalid request");
        assertThat(api.get(path).expect(200).text()).isEqualTo("key");
        api.delete("crypts/" + serial).expect(500);
        api.put("state/" + serial, "retiring").expect(200);
        api.put("state/" + serial, "retired").expectError(400, "invalid request");

        assertThat(api.delete("crypts/" + serial).expect(200).json()).isEqualTo(List.of("pci-0000"));

        api.get(path).expect(404);
        assertThat(api.delete("crypts/" + serial).expect(200).json()).isEqualTo(List.of());
        api.put("state/" + serial, "retired").expect(200);
        api.delete("crypts/contract-absent").expect(404);
    }

    private SabakanApi.Answer graphql(String query, Map<String, Object> variables) {
        byte[] body = Json.text(Map.of("query", query, "variables", variables)).getBytes(StandardCharsets.UTF_8);
        return api.send("POST", "/graphql", body, Map.of("Content-Type", "application/json"));
    }

    private static Object at(Object json, Object... path) {
        Object value = json;
        for (Object step : path) {
            value = step instanceof Integer index
                    ? ((List<?>) value).get(index)
                    : Objects.requireNonNull(((Map<?, ?>) value).get(step));
        }
        return value;
    }

    @Test
    void tellsOfMachinesByGraphql() {
        String serial = machine("cs", 44);
        String query = "query($having: MachineParams) { searchMachines(having: $having, notHaving: null)"
                + " { spec { serial labels { name value } rack role ipv4 } status { state } } }";

        Map<String, Object> found = graphql(
                        query, Map.of("having", Map.of("racks", List.of(44), "states", List.of("UNINITIALIZED"))))
                .expect(200)
                .object();
        Object none = graphql(query, Map.of("having", Map.of("racks", List.of(44), "states", List.of("HEALTHY"))))
                .expect(200)
                .object();
        Object all = graphql(query, Map.of()).expect(200).object();

        assertThat((List<?>) at(found, "data", "searchMachines")).hasSize(1);
        assertThat(at(found, "data", "searchMachines", 0, "spec", "serial")).isEqualTo(serial);
        assertThat(at(found, "data", "searchMachines", 0, "spec", "role")).isEqualTo("cs");
        assertThat((List<?>) at(found, "data", "searchMachines", 0, "spec", "ipv4"))
                .hasSize(3);
        assertThat(at(found, "data", "searchMachines", 0, "status", "state")).isEqualTo("UNINITIALIZED");
        assertThat((List<?>) at(none, "data", "searchMachines")).isEmpty();
        assertThat((List<?>) at(all, "data", "searchMachines")).isNotEmpty();
    }

    @Test
    void changesStatesByGraphql() {
        String serial = machine("cs", 45);
        String query = "mutation { setMachineState(serial: \"" + serial + "\", state: HEALTHY) { state } }";
        String other = "mutation($serial: ID!, $state: MachineState!)"
                + " { setMachineState(serial: $serial, state: $state) { state } }";

        assertThat(at(graphql(query, Map.of()).expect(200).object(), "data", "setMachineState", "state"))
                .isEqualTo("HEALTHY");

        assertThat(at(
                        graphql(other, Map.of("serial", serial, "state", "RETIRED"))
                                .expect(200)
                                .object(),
                        "errors",
                        0,
                        "extensions",
                        "type"))
                .isEqualTo("INVALID_STATE_TRANSITION");
        assertThat(at(
                        graphql(other, Map.of("serial", "contract-absent", "state", "HEALTHY"))
                                .expect(200)
                                .object(),
                        "errors",
                        0,
                        "extensions",
                        "type"))
                .isEqualTo("MACHINE_NOT_FOUND");
        assertThat(at(graphql("query { nothing }", Map.of()).object(), "errors", 0, "message")
                        .toString())
                .contains("nothing");
        assertThat(graphql("query {", Map.of()).object()).containsKey("errors");
        assertThat(at(api.post("/graphql", "{\"query\":\"{}\"}").expect(400).object(), "errors", 0, "message"))
                .isEqualTo("transport not supported");
    }

    @Test
    void allowsCertainChangesOfStateOnly() {
        String serial = machine("cs", 42);

        assertThat(api.get("state/" + serial).expect(200).text()).isEqualTo("uninitialized");
        api.put("state/" + serial, "healthy").expect(200);
        assertThat(api.get("state/" + serial).expect(200).text()).isEqualTo("healthy");
        api.put("state/" + serial, "retired").expectError(500, "transition from [ healthy ] to [ retired ]");
        api.put("state/" + serial, "well").expectError(400, "invalid state: well");
        api.put("state/contract-absent", "healthy").expectError(404, "requested resource is not found");
        api.delete("machines/" + serial).expectError(500, "non-retired machine");
        assertThat(api.get("machines?state=healthy&serial=" + serial)
                        .expect(200)
                        .objects())
                .hasSize(1);
    }

    @Test
    void changesLabels() {
        String serial = machine("cs", 43);

        assertThat(api.put("labels/" + serial + "/os-release", "1855.4.0")
                        .expect(200)
                        .text())
                .isEmpty();
        assertThat(new Fields(one("serial=" + serial))
                        .object("spec")
                        .object("labels")
                        .values())
                .containsEntry("os-release", "1855.4.0")
                .containsEntry("machine-type", "qemu");
        api.delete("labels/" + serial + "/os-release").expect(200);
        api.delete("labels/" + serial + "/os-release").expectError(404, "requested resource is not found");
        api.put("labels/" + serial + "/-", "x").expectError(400, "invalid label name");
        api.put("labels/" + serial + "/a", "b c").expectError(400, "invalid label value");
        api.put("labels/contract-absent/a", "b").expectError(404, "requested resource is not found");
    }

    @Test
    void keepsItsAddressSettingsOnceMachinesHaveAddresses() {
        machine("cs", 44);

        assertThat(api.get("config/ipam").expect(200).object()).containsKey("node-ipv4-pool");
        api.put("config/ipam", IPAM).expectError(500, "machines already exists");
        api.put("config/ipam", "{}").expectError(400, "must not be zero");
    }

    @Test
    void keepsDhcpSettings() {
        SabakanApi.Answer before = api.get("config/dhcp");
        afterwards(() -> {
            if (before.status() == 200) {
                api.put("config/dhcp", before.text()).expect(200);
            }
        });

        assertThat(api.put("config/dhcp", "{\"lease-minutes\":60,\"gateway-offset\":1}\n")
                        .expect(200)
                        .text())
                .isEqualTo("null\n");
        assertThat(api.get("config/dhcp").expect(200).object())
                .containsEntry("lease-minutes", 60L)
                .containsEntry("gateway-offset", 1L);
        api.put("config/dhcp", "{").expectError(400, "invalid request");
        api.put("config/dhcp", "{\"dns-servers\":[\"nowhere\"]}").expectError(400, "nowhere");
    }

    @Test
    void keepsKernelParameters() {
        SabakanApi.Answer before = api.get("kernel_params/coreos");
        afterwards(() -> {
            if (before.status() == 200) {
                api.put("kernel_params/coreos", before.text()).expect(200);
            }
        });

        api.put("kernel_params/coreos", "console=ttyS0 coreos.autologin=ttyS0").expect(200);
        assertThat(api.get("kernel_params/coreos").expect(200).text())
                .isEqualTo("console=ttyS0 coreos.autologin=ttyS0");
        api.put("kernel_params/coreos", "a;b|c").expectError(400, "kernel params is not valid");
    }
}
