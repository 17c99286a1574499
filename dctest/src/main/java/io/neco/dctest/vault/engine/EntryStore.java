package io.neco.dctest.vault.engine;

import io.neco.dctest.json.Json;
import io.neco.dctest.storage.StorageException;
import io.neco.dctest.vault.seal.Barrier;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** JSON objects below one prefix of the barrier. */
public final class EntryStore {
    private final Barrier barrier;
    private final String prefix;

    /** @param prefix ends with a slash */
    public EntryStore(Barrier barrier, String prefix) {
        this.barrier = barrier;
        this.prefix = prefix;
    }

    public Optional<Map<String, Object>> get(String key) {
        return barrier.get(prefix + key).map(bytes -> {
            try {
                return Json.parseObject(bytes);
            } catch (IOException e) {
                throw new StorageException("entry " + prefix + key + " is no JSON object", e);
            }
        });
    }

    public void put(String key, Map<String, Object> value) {
        barrier.put(prefix + key, Json.bytes(value));
    }

    public void delete(String key) {
        barrier.delete(prefix + key);
    }

    /** Names directly below a directory, directories with a slash at their end. */
    public List<String> children(String directory) {
        return barrier.children(prefix + directory);
    }

    /** Deletes a whole directory. */
    public void deleteAll(String directory) {
        barrier.deleteAll(prefix + directory);
    }
}
