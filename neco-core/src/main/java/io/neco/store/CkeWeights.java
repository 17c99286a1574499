package io.neco.store;

import java.util.SortedMap;

/** CKE's weights as they are stored; source: storage/cke.go at 1eec387, docs/etcd-schema.md. */
public final class CkeWeights {
    private CkeWeights() {}

    /**
     * The JSON that is stored, e.g. {@code {"cs":18,"ss":10}}.
     *
     * @throws IllegalArgumentException when a weight is not finite
     */
    public static String toJson(SortedMap<String, Double> weights) {
        return ValueCodec.encode(weights);
    }
}
