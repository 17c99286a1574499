package io.neco.bench;

/**
 * What a run cost.
 *
 * @param seconds wall-clock time
 * @param cpuSeconds processor time of all processes of the side
 * @param peakKib the largest resident set of one of them in KiB
 */
record Measured(double seconds, double cpuSeconds, long peakKib) {}
