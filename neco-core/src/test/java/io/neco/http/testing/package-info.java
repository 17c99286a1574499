/**
 * An HTTP server inside a test, which answers as it is told and remembers what it was asked.
 */
@NullMarked
package io.neco.http.testing;

import org.jspecify.annotations.NullMarked;
