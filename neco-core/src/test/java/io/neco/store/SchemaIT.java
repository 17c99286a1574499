package io.neco.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.neco.store.testing.EtcdCluster;
import io.neco.update.ContentsUpdateStatus;
import io.neco.update.UpdateNotice;
import io.neco.update.UpdateRequest;
import io.neco.update.UpdateStatus;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every write of the store, compared key by key and byte by byte with what the programs of the reference read and write; source:
 * storage/keys.go and storage/*.go at 1eec387, docs/etcd-schema.md. The keys are written out here once more on purpose: a
 * misspelt one would read back well.
 */
class SchemaIT {
    @RegisterExtension
    static final EtcdCluster ETCD = EtcdCluster.single();

    private static final ByteString ALL = ByteString.copyFrom(new byte[] {0});
    private static final UpdateRequest REQUEST = new UpdateRequest(
            "2022.05.25-1", List.of(0, 1, 2), false, OffsetDateTime.parse("2026-11-24T15:42:38.75665842Z"));
    private static final String REQUEST_JSON =
            "{\"version\":\"2022.05.25-1\",\"servers\":[0,1,2],\"stop\":false,\"started_at\":\"2026-11-24T15:42:38.75665842Z\"}";
    private static final String STOPPED_JSON = REQUEST_JSON.replace("\"stop\":false", "\"stop\":true");
    private static final Duration TTL = Duration.ofSeconds(30);

    private EtcdStore store;

    @BeforeEach
    void open() {
        EtcdConfig config = ETCD.config();
        store = EtcdStore.open(new EtcdConfig(
                config.endpoints(),
                "/neco/",
                config.timeout(),
                config.username(),
                config.password(),
                config.tlsCa(),
                config.tlsCert(),
                config.tlsKey()));
    }

    @AfterEach
    void emptyAndClose() {
        store.connection()
                .write(
                        "delete everything",
                        KVGrpc.getDeleteRangeMethod(),
                        DeleteRangeRequest.newBuilder()
                                .setKey(ALL)
                                .setRangeEnd(ALL)
                                .build());
        store.close();
    }

    @Test
    void settings() {
        for (ConfigKey key : ConfigKey.values()) {
            store.putConfig(key, "value of " + key + " <&> ä");
        }

        assertThat(stored())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("/neco/config/env", "value of ENV <&> ä"),
                        Map.entry("/neco/config/notification/slack", "value of SLACK <&> ä"),
                        Map.entry("/neco/config/proxy", "value of PROXY <&> ä"),
                        Map.entry("/neco/config/quay-username", "value of QUAY_USERNAME <&> ä"),
                        Map.entry("/neco/config/quay-password", "value of QUAY_PASSWORD <&> ä"),
                        Map.entry("/neco/config/check-update-interval", "value of CHECK_UPDATE_INTERVAL <&> ä"),
                        Map.entry("/neco/config/worker-timeout", "value of WORKER_TIMEOUT <&> ä"),
                        Map.entry("/neco/config/github-token", "value of GITHUB_TOKEN <&> ä"),
                        Map.entry("/neco/config/node-proxy", "value of NODE_PROXY <&> ä"),
                        Map.entry("/neco/config/external-ip-address-block", "value of EXTERNAL_IP_ADDRESS_BLOCK <&> ä"),
                        Map.entry("/neco/config/lb-address-block-default", "value of LB_ADDRESS_BLOCK_DEFAULT <&> ä"),
                        Map.entry("/neco/config/lb-address-block-bastion", "value of LB_ADDRESS_BLOCK_BASTION <&> ä"),
                        Map.entry(
                                "/neco/config/lb-address-block-internet", "value of LB_ADDRESS_BLOCK_INTERNET <&> ä")));
    }

    @Test
    void secrets() {
        for (SecretKey key : SecretKey.values()) {
            store.putSecret(key, "secret of " + key);
        }

        assertThat(stored())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "/neco/vault-unseal-key", "secret of VAULT_UNSEAL_KEY",
                        "/neco/vault-root-token", "secret of VAULT_ROOT_TOKEN",
                        "/neco/bmc/bmc-user", "secret of BMC_USER",
                        "/neco/bmc/ipmi-user", "secret of IPMI_USER",
                        "/neco/bmc/ipmi-password", "secret of IPMI_PASSWORD",
                        "/neco/teleport/auth-token", "secret of TELEPORT_AUTH_TOKEN"));

        for (SecretKey key : SecretKey.values()) {
            store.deleteSecret(key);
        }
        assertThat(stored()).isEmpty();
    }

    @Test
    void serversAndWhatIsInstalledOnThem() {
        store.registerBootServer(1);
        store.registerBootServer(10);
        store.recordContainerTag(1, "etcd", "3.5.4.1");
        store.recordContainerTag(10, "vault", "1.10.2.1");
        store.recordDebRelease(1, "etcdpasswd", "v1.4.0");
        store.finish(1, 0);
        store.finish(10, 1);
        store.putSshPublicKey("ssh-rsa AAAAB3Nza\n");

        assertThat(stored())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "/neco/info/bootservers/1", "",
                        "/neco/info/bootservers/10", "",
                        "/neco/install/1/containers/etcd", "3.5.4.1",
                        "/neco/install/10/containers/vault", "1.10.2.1",
                        "/neco/install/1/debs/etcdpasswd", "v1.4.0",
                        "/neco/finish/1", "0",
                        "/neco/finish/10", "1",
                        "/neco/info/ssh-pubkey", "ssh-rsa AAAAB3Nza\n"));

        store.deleteBootServer(1);
        assertThat(stored().keySet())
                .containsExactlyInAnyOrder(
                        "/neco/info/bootservers/10",
                        "/neco/install/10/containers/vault",
                        "/neco/finish/1",
                        "/neco/finish/10",
                        "/neco/info/ssh-pubkey");
    }

    @Test
    void weights() {
        store.putCkeWeights(new TreeMap<>(Map.of("ss", 18.5, "cs", 10.0)));
        assertThat(stored()).isEqualTo(Map.of("/neco/cke/weight", "{\"cs\":10,\"ss\":18.5}"));

        store.putCkeWeight("cs", 3);
        assertThat(stored()).isEqualTo(Map.of("/neco/cke/weight", "{\"cs\":3,\"ss\":18.5}"));
    }

    @Test
    void candidatesOfElectionsWithTheirLeases() throws InterruptedException {
        for (ElectionName election : ElectionName.values()) {
            try (Leadership leadership = store.campaign(election, "boot-1", TTL, TTL)) {
                String prefix = switch (election) {
                    case UPDATER -> "/neco/leader/updater//";
                    case WORKER -> "/neco/leader/worker//";
                    case SABAKAN_STATE_SETTER -> "/neco/leader/sabakan-state-setter//";
                };

                KeyValue candidate = everything().get(0);

                assertThat(candidate.getKey().toStringUtf8())
                        .isEqualTo(prefix + Long.toHexString(leadership.leaseId()));
                assertThat(candidate.getValue().toStringUtf8()).isEqualTo("boot-1");
                assertThat(candidate.getLease()).isEqualTo(leadership.leaseId());
            }
            assertThat(stored()).isEmpty();
        }
    }

    @Test
    void anUpdate() throws InterruptedException {
        try (Leadership leadership = store.campaign(ElectionName.UPDATER, "boot-1", TTL, TTL)) {
            LeaderKey guard = leadership.key();
            String leader = "/neco/" + guard.key();
            UpdateNotice begun = UpdateNotice.owed(UpdateNotice.Kind.BEGUN, REQUEST, "a <b>");
            UpdateNotice failed = UpdateNotice.owed(UpdateNotice.Kind.FAILED, REQUEST.stopped(), "disk full");
            String beginKey = "/neco/notices/2026-11-24T15:42:38.75665842Z/begin";
            String endKey = "/neco/notices/2026-11-24T15:42:38.75665842Z/end";
            String begunJson = REQUEST_JSON.replace(
                    "Z\"}", "Z\",\"kind\":\"begun\",\"message\":\"a \\u003cb\\u003e\",\"told\":false}");

            store.putNecoRelease("2022.05.25-1", guard);
            store.putRequest(REQUEST, false, List.of(begun), guard);
            store.putStatus(0, UpdateStatus.running("2022.05.25-1", 1));
            store.putStatus(
                    1,
                    UpdateStatus.aborted("2022.05.25-1", 14, "a < b"),
                    store.currentRequest().modRevision());
            for (ContentsKey key : ContentsKey.values()) {
                store.putContentsStatus(
                        key, new ContentsUpdateStatus("2022.05.25-1", key != ContentsKey.SABAKAN), guard);
            }

            String uploaded = "{\"version\":\"2022.05.25-1\",\"success\":true}";
            Map<String, String> running = Map.ofEntries(
                    Map.entry(leader, "boot-1"),
                    Map.entry("/neco/info/neco-release", "2022.05.25-1"),
                    Map.entry("/neco/status/current", REQUEST_JSON),
                    Map.entry(beginKey, begunJson),
                    Map.entry(
                            "/neco/status/bootservers/0",
                            "{\"version\":\"2022.05.25-1\",\"step\":1,\"cond\":1,\"message\":\"\"}"),
                    Map.entry(
                            "/neco/status/bootservers/1",
                            "{\"version\":\"2022.05.25-1\",\"step\":14,\"cond\":2,\"message\":\"a \\u003c b\"}"),
                    Map.entry("/neco/contents/sabakan", uploaded.replace("true", "false")),
                    Map.entry("/neco/contents/cke", uploaded),
                    Map.entry("/neco/contents/dhcp.json", uploaded),
                    Map.entry("/neco/contents/cke-template", uploaded),
                    Map.entry("/neco/contents/user-resources", uploaded));
            assertThat(stored()).containsExactlyInAnyOrderEntriesOf(running);

            store.putRequest(REQUEST.stopped(), guard);
            store.changeNotices(List.of(failed.told()), List.of(begun), guard);
            Map<String, String> stopped = new TreeMap<>(running);
            stopped.put("/neco/status/current", STOPPED_JSON);
            stopped.remove(beginKey);
            stopped.put(
                    endKey,
                    STOPPED_JSON.replace("Z\"}", "Z\",\"kind\":\"failed\",\"message\":\"disk full\",\"told\":true}"));
            assertThat(stored()).containsExactlyInAnyOrderEntriesOf(stopped);

            store.putReconfigureRequest(REQUEST.stopped(), guard);
            stopped.keySet().removeIf(key -> key.startsWith("/neco/status/bootservers/"));
            assertThat(stored()).containsExactlyInAnyOrderEntriesOf(stopped);

            store.putStatus(2, UpdateStatus.running("2022.05.25-1", 3));
            assertThat(store.replaceRequest(REQUEST, store.currentRequest().modRevision()))
                    .isTrue();
            stopped.put("/neco/status/current", REQUEST_JSON);
            stopped.keySet().removeAll(List.of(leader, "/neco/contents/sabakan"));
            assertThat(stored()).containsExactlyInAnyOrderEntriesOf(stopped);
        }
    }

    @Test
    void theRecordOfAStoppedUpdateIsCleared() {
        store.putSecret(SecretKey.VAULT_UNSEAL_KEY, "guard");
        store.putRequest(REQUEST.stopped(), LeaderKey.SETUP);
        store.putStatus(0, UpdateStatus.running("2022.05.25-1", 1));
        store.putContentsStatus(ContentsKey.CKE, new ContentsUpdateStatus("2022.05.25-1", true), LeaderKey.SETUP);

        store.clearStatusAndContents();

        assertThat(stored()).isEqualTo(Map.of("/neco/vault-unseal-key", "guard"));
    }

    /** All keys of etcd, not of the name space only. */
    private List<KeyValue> everything() {
        return store.connection()
                .repeatable(
                        "list everything",
                        KVGrpc.getRangeMethod(),
                        RangeRequest.newBuilder().setKey(ALL).setRangeEnd(ALL).build())
                .getKvsList();
    }

    private Map<String, String> stored() {
        Map<String, String> stored = new TreeMap<>();
        for (KeyValue kv : everything()) {
            assertThat(kv.getValue().isValidUtf8()).isTrue();
            stored.put(kv.getKey().toStringUtf8(), kv.getValue().toStringUtf8());
        }
        return stored;
    }
}
