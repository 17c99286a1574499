/**
 * The values of an update: what the updater asks for, what each worker reports, and when the whole is complete.
 * Pure values without input or output; their JSON form lives in {@code io.neco.store}.
 */
@NullMarked
package io.neco.update;

import org.jspecify.annotations.NullMarked;
