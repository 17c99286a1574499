package io.neco.dctest.sabakan;

import io.neco.dctest.storage.Entries;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keys that the disks of machines are encrypted with. Source: sabakan v2.13.0, docs/api.md, "crypts". */
final class Crypts {
    private static final String PREFIX = "crypts/";

    private final Entries entries;
    private final Machines machines;

    Crypts(Entries entries, Machines machines) {
        this.entries = entries;
        this.machines = machines;
    }

    private static String prefix(String serial) {
        return PREFIX + serial + "/";
    }

    /** Whether disks of a machine could still be read. */
    static boolean exist(Entries entries, String serial) {
        return !entries.keys(prefix(serial)).isEmpty();
    }

    /**
     * The key of a disk.
     *
     * @throws ApiException 404 if there is none
     */
    byte[] get(String serial, String path) throws ApiException {
        return entries.get(prefix(serial) + path)
                .orElseThrow(ApiException::notFound)
                .value();
    }

    /**
     * Enters the key of a disk.
     *
     * @throws ApiException 400 if it is empty, 404 for an unknown machine, 409 if the disk has one, 500 if the machine
     *     is retired
     */
    void put(String serial, String path, byte[] key) throws ApiException {
        if (key.length == 0) {
            throw ApiException.badRequest("body is empty");
        }
        if (machines.state(serial).equals("retired")) {
            throw ApiException.internal("machine was retired");
        }
        String name = prefix(serial) + path;
        if (!entries.commit(Map.of(name, Entries.ABSENT), Map.of(name, key), Set.of())) {
            throw ApiException.conflict();
        }
    }

    /**
     * Deletes all keys of a machine; returns the disks they were of.
     *
     * @throws ApiException 404 for an unknown machine, 500 if it is not retiring
     */
    List<String> delete(String serial) throws ApiException {
        if (!machines.state(serial).equals("retiring")) {
            throw ApiException.internal("machine is not retiring");
        }
        List<String> keys = entries.keys(prefix(serial));
        if (!keys.isEmpty()) {
            entries.commit(Map.of(), Map.of(), new HashSet<>(keys));
        }
        return keys.stream().map(key -> key.substring(prefix(serial).length())).toList();
    }
}
