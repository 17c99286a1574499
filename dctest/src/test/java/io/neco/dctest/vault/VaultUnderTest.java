package io.neco.dctest.vault;

import java.util.Map;
import java.util.UUID;

/** What the parts of {@link VaultContract} work with. */
interface VaultUnderTest {

    /** The server, with its root token. */
    Api root();

    /** A name that nobody else uses. */
    static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Makes a token as wished. */
    default String newToken(Map<String, Object> wish) {
        return root().post("auth/token/create", wish).expect(200).auth().text("client_token");
    }

    /** Mounts a store of keys and values, and returns where. */
    default String keyValueMount() {
        String path = unique("kv");
        root().post("sys/mounts/" + path, Map.of("type", "kv", "options", Map.of("version", "1")))
                .expect(204);
        return path;
    }
}
