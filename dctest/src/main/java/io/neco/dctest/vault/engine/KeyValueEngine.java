package io.neco.dctest.vault.engine;

import java.util.Map;
import java.util.Optional;

/**
 * Key-value store, version 1: an entry is whatever object was written last.
 *
 * <p>Source: developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1.
 */
public final class KeyValueEngine implements Engine {
    private static final String ENTRIES = "entry/";

    @Override
    public Reply handle(Request request) {
        String path = request.path();
        switch (request.operation()) {
            case LIST -> {
                return Reply.keys(request.store().children(ENTRIES + directory(path)));
            }
            case READ -> {
                Map<String, Object> entry = request.store().get(ENTRIES + path).orElseThrow(ApiException::absent);
                return Reply.of(entry).lease(request.defaultTtl().toSeconds());
            }
            case DELETE -> {
                request.store().delete(ENTRIES + path);
                return Reply.done();
            }
            default -> {
                if (request.data().values().isEmpty()) {
                    throw ApiException.badRequest("missing data fields");
                }
                request.store().put(ENTRIES + path, request.data().values());
                return Reply.done();
            }
        }
    }

    @Override
    public Optional<Boolean> exists(Request request) {
        return Optional.of(request.store().get(ENTRIES + request.path()).isPresent());
    }

    static String directory(String path) {
        return path.isEmpty() || path.endsWith("/") ? path : path + "/";
    }
}
