/**
 * Where a stand-in keeps its entries: in memory for tests and development, or behind the same contract in etcd. Storage
 * knows nothing of what the bytes mean.
 */
@NullMarked
package io.neco.dctest.storage;

import org.jspecify.annotations.NullMarked;
