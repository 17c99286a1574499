/**
 * The large tests: what operators do, done on real hosts. Run by {@code bin/test lab}; see docs/dctest.md.
 * Each suite brings up the lab it needs, and its tests run in the order in which they are written.
 */
@NullMarked
package io.neco.dctest.suite;

import org.jspecify.annotations.NullMarked;
