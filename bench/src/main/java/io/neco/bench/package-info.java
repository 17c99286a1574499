/**
 * Measures what Neco does with gigabytes beside the tools that do the same on the same machine at the same time.
 * The measured side is a process of its own with the worker's JVM options; bin/bench starts everything.
 */
@NullMarked
package io.neco.bench;

import org.jspecify.annotations.NullMarked;
