package io.neco.statesetter;

import java.util.List;
import java.util.Map;

/**
 * A metric of a machine, as it was scraped.
 *
 * @param isGauge whether it declares itself a gauge; other kinds tell no health
 * @param samples at least one
 */
record MetricFamily(boolean isGauge, List<Sample> samples) {
    /** One value, with the labels that tell it from the family's others. */
    record Sample(Map<String, String> labels, double value) {
        /** Copies the map. */
        Sample {
            labels = Map.copyOf(labels);
        }
    }

    /** Copies the list. */
    MetricFamily {
        samples = List.copyOf(samples);
    }
}
