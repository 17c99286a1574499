/**
 * A real etcd cluster for tests of every module: members that can be killed, paused and restarted, with TLS and users when asked for.
 * Exported as a test-jar; nothing here is part of the product.
 */
@NullMarked
package io.neco.store.testing;

import org.jspecify.annotations.NullMarked;
