/**
 * Log lines in the reference's plain, logfmt and json forms, on logback configured in code.
 */
@NullMarked
package io.neco.log;

import org.jspecify.annotations.NullMarked;
