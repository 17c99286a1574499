/**
 * The listener: paths, methods, headers and status codes of the HTTP API, and what a standby does with requests it
 * cannot answer itself. What a request means is decided elsewhere.
 */
@NullMarked
package io.neco.dctest.vault.http;

import org.jspecify.annotations.NullMarked;
