package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.neco.dctest.json.Fields;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The store of keys and values. See {@link VaultContract}. */
interface VaultKeyValueContract extends VaultUnderTest {
    @Test
    default void entryIsWrittenReadListedAndDeleted() {
        String mount = keyValueMount();

        Api.Answer before = root().get(mount + "/a").expect(404);
        root().put(mount + "/a", Map.of("ready", "go")).expect(204);
        root().post(mount + "/dir/b", Map.of("done", 1)).expect(204);

        Api.Answer entry = root().get(mount + "/a").expect(200);
        assertThat(before.body()).containsEntry("errors", List.of());
        assertThat(entry.data().values()).isEqualTo(Map.of("ready", "go"));
        assertThat(entry.fields().number("lease_duration", 0)).isPositive();
        assertThat(entry.body()).containsKeys("request_id", "lease_id", "renewable", "wrap_info", "warnings", "auth");
        assertThat(root().get(mount + "/dir/b").data().values()).isEqualTo(Map.of("done", 1L));
        assertThat(root().list(mount).expect(200).data().list("keys")).containsExactly("a", "dir/");
        assertThat(root().get(mount + "/dir?list=true").expect(200).data().list("keys"))
                .containsExactly("b");
        root().delete(mount + "/a").expect(204);
        root().get(mount + "/a").expect(404);
        root().list(mount + "/nothing").expect(404);
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    default void newMountAtAnOldPathIsEmpty() {
        String mount = keyValueMount();
        root().put(mount + "/a", Map.of("b", "c")).expect(204);

        root().delete("sys/mounts/" + mount).expect(204);
        root().post("sys/mounts/" + mount, Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);

        root().get(mount + "/a").expect(404);
        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    default void malformedBodyIsABadRequest() {
        String mount = keyValueMount();

        root().send("PUT", mount + "/a", "{\"b\":", Map.of()).expect(400);

        root().delete("sys/mounts/" + mount).expect(204);
    }

    @Test
    default void versionedStoreAnswersPathsOfTheOldKindWithAWarning() {
        String mount = VaultUnderTest.unique("kv2");
        root().post("sys/mounts/" + mount, Map.of("type", "kv", "options", Map.of("version", "2")))
                .expect(204);
        assumeThat(root().get(mount + "/bootstrap").status()).isEqualTo(404);

        Api.Answer old = root().get(mount + "/bootstrap").expect(404);
        root().post(mount + "/data/a", Map.of("data", Map.of("b", "c"))).expect(200);
        Fields read = root().get(mount + "/data/a").expect(200).data();

        assertThat(old.body().get("data")).isNull();
        assertThat(String.valueOf(old.body().get("warnings"))).contains("Invalid path for a versioned K/V");
        assertThat(read.object("data").values()).isEqualTo(Map.of("b", "c"));
        assertThat(read.object("metadata").number("version", 0)).isEqualTo(1);
        assertThat(root().list(mount + "/metadata").expect(200).data().list("keys"))
                .containsExactly("a");
        root().delete("sys/mounts/" + mount).expect(204);
    }
}
