package io.neco.statesetter;

import java.util.OptionalInt;

/**
 * What a metric must be like on a healthy machine.
 *
 * @param name of the metric family
 * @param selector which of its samples count
 * @param minimum how many of them must be healthy at least; empty: all
 */
record MetricCheck(String name, Selector selector, OptionalInt minimum) {}
