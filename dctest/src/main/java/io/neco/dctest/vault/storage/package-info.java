/**
 * Where the stand-in keeps its (sealed) entries: in memory for the development mode, or behind the same contract in
 * etcd. Storage knows nothing of what the bytes mean; everything secret is encrypted before it gets here.
 */
@NullMarked
package io.neco.dctest.vault.storage;

import org.jspecify.annotations.NullMarked;
