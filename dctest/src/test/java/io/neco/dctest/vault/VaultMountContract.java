package io.neco.dctest.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.neco.dctest.json.Fields;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Engines: mounted, tuned, unmounted. See {@link VaultContract}. */
interface VaultMountContract extends VaultUnderTest {
    @Test
    default void engineIsMountedOnceAndUnmounted() {
        String path = VaultUnderTest.unique("mount") + "/sub";
        Map<String, Object> config = Map.of("default_lease_ttl", "87600h", "max_lease_ttl", "876000h");

        root().post("sys/mounts/" + path, Map.of("type", "pki", "config", config))
                .expect(204);
        Api.Answer again =
                root().post("sys/mounts/" + path, Map.of("type", "pki")).expect(400);
        Fields mounts = root().get("sys/mounts").expect(200).fields();
        Fields mount = mounts.object("data").object(path + "/");

        assertThat(again.errors().get(0)).contains("path is already in use at " + path + "/");
        assertThat(mount.text("type")).isEqualTo("pki");
        assertThat(mount.object("config").number("max_lease_ttl", 0)).isEqualTo(876_000L * 3600);
        assertThat(mount.object("config").number("default_lease_ttl", 0)).isEqualTo(87_600L * 3600);
        assertThat(mounts.values()).containsKey(path + "/");
        root().delete("sys/mounts/" + path).expect(204);
        assertThat(root().get("sys/mounts").data().values()).doesNotContainKey(path + "/");
    }

    @Test
    default void limitsOfAMountAreTuned() {
        String path = keyValueMount();

        root().post("sys/mounts/" + path + "/tune", Map.of("default_lease_ttl", "1h", "max_lease_ttl", "3h"))
                .expect(204);

        Fields tuned = root().get("sys/mounts/" + path + "/tune").expect(200).data();
        assertThat(tuned.number("default_lease_ttl", 0)).isEqualTo(3600);
        assertThat(tuned.number("max_lease_ttl", 0)).isEqualTo(10_800);
        root().delete("sys/mounts/" + path).expect(204);
    }

    @Test
    default void pathWithoutMountHasNoHandler() {
        String path = VaultUnderTest.unique("nothing") + "/here";

        Api.Answer answer = root().get(path).expect(404);

        assertThat(answer.errors().get(0)).contains("no handler for route").contains(path);
    }

    @Test
    default void unknownTypeIsNotMounted() {
        root().post("sys/mounts/" + VaultUnderTest.unique("mount"), Map.of("type", "nosuchengine"))
                .expect(400);
    }
}
