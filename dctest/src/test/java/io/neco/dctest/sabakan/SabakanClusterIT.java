package io.neco.dctest.sabakan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.neco.dctest.vault.EtcdProcesses;
import io.neco.store.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what several servers have in common, over a real etcd. */
class SabakanClusterIT extends SabakanContract {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<SabakanServer> SERVERS = new ArrayList<>();
    private static final List<SabakanApi> APIS = new ArrayList<>();

    @TempDir
    private static Path directory;

    private static EtcdProcesses etcd;

    @BeforeAll
    static void start() throws IOException {
        etcd = new EtcdProcesses(1, Optional.empty());
        for (int i = 0; i < 3; i++) {
            launch(i, Ports.free());
        }
    }

    private static void launch(int i, int port) throws IOException {
        String config = "advertise-url: http://127.0.0.1:" + port + "\ndata-dir: "
                + Files.createDirectories(directory.resolve("server" + i))
                + "\ndhcp-bind: 0.0.0.0:67\netcd:\n  endpoints:\n  - "
                + String.join("\n  - ", etcd.endpoints()) + "\nhttp: 127.0.0.1:" + port + "\n";
        SERVERS.add(SabakanServer.start(SabakanConfig.parse(config), Clock.systemUTC(), line -> {}));
        APIS.add(SabakanApi.at("http://127.0.0.1:" + port));
    }

    @AfterAll
    static void stop() throws IOException {
        SERVERS.forEach(SabakanServer::close);
        etcd.close();
    }

    @Override
    SabakanApi server() {
        return APIS.get(0);
    }

    @Test
    void anAssetOfOneServerReachesTheOthers() {
        byte[] content = SabakanApi.content(2_000_000, 7);
        APIS.get(1).putAsset("shared.img", content, Map.of()).expect(201);

        for (SabakanApi api : APIS) {
            await("the asset at " + api.address())
                    .atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(api.get("assets/shared.img/meta").object())
                                    .containsEntry("exists", true));
            assertThat(api.get("assets/shared.img").expect(200).body()).isEqualTo(content);
        }
        await("all three are named")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(Documents.urls(
                                APIS.get(0).get("assets/shared.img/meta").object()))
                        .hasSize(3));
        APIS.get(2).delete("assets/shared.img").expect(200);
        assertThat(APIS.get(1).get("assets/shared.img").status()).isEqualTo(404);
    }

    @Test
    void anImageOfOneServerReachesTheOthersAndLeavesThemWhenDeleted() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("kernel", SabakanApi.content(700_000, 1));
        files.put("initrd.gz", SabakanApi.content(900_001, 2));
        byte[] archive = SabakanApi.archive(directory, files);
        APIS.get(2).send("PUT", "images/coreos/9.9.9", archive, Map.of()).expect(201);

        for (SabakanApi api : APIS) {
            await("the image at " + api.address())
                    .atMost(LIMIT)
                    .untilAsserted(() ->
                            assertThat(api.get("images/coreos/9.9.9").status()).isEqualTo(200));
            assertThat(api.get("images/coreos").objects())
                    .anySatisfy(image ->
                            assertThat(image).containsEntry("id", "9.9.9").containsEntry("exists", true));
        }
        APIS.get(0).delete("images/coreos/9.9.9").expect(200);
        Path place = directory.resolve("server2/images/coreos/9.9.9");
        await("the files are gone").atMost(LIMIT).until(() -> !Files.exists(place));
    }

    @Test
    void machinesAndTemplatesAreCommonToAll() {
        APIS.get(0)
                .post(
                        "machines",
                        "[{\"serial\":\"common\",\"rack\":7,\"role\":\"boot\",\"bmc\":{\"type\":\"IPMI-2.0\"}}]")
                .expect(201);

        assertThat(APIS.get(1).get("machines?rack=7&role=boot").expect(200).objects())
                .hasSize(1);
        APIS.get(2).put("state/common", "retiring").expect(200);
        APIS.get(1).put("state/common", "retired").expect(200);
        APIS.get(0).delete("machines/common").expect(200);
    }
}
