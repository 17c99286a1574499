/**
 * What lives behind a mount: the contract between the router and an engine, and the small engines (key-value stores,
 * userpass, approle). An engine sees its own part of the storage only.
 */
@NullMarked
package io.neco.dctest.vault.engine;

import org.jspecify.annotations.NullMarked;
