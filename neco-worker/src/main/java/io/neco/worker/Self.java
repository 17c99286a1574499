package io.neco.worker;

/**
 * What does not change while a worker runs.
 *
 * @param lrn logical rack number of this boot server
 * @param version version of the package this program belongs to
 * @param lastStep number of the last update step
 */
record Self(int lrn, String version, int lastStep) {}
