/**
 * The server without its listener: seal state, who of several servers is active, and what the active one does with a
 * request (token, policies, mount, audit). Engines and storage are used through their contracts only.
 */
@NullMarked
package io.neco.dctest.vault.core;

import org.jspecify.annotations.NullMarked;
