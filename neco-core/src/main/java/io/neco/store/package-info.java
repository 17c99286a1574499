/**
 * The only place that speaks etcd: keys, guarded writes, snapshots, watches and leadership.
 * Every call has a deadline, no write is repeated blindly, and watches resume from the last seen revision.
 */
@NullMarked
package io.neco.store;

import org.jspecify.annotations.NullMarked;
