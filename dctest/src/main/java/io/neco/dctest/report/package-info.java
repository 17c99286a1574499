/**
 * What took how long: turns the recorded etcd events and worker logs of an update into figures.
 * Used by bin/demo and by the large tests; the definitions are in docs/performance.md.
 */
@NullMarked
package io.neco.dctest.report;

import org.jspecify.annotations.NullMarked;
