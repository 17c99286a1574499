/**
 * The command line: flags in the manner of Go, one class per group of commands, output as tables or JSON. Commands get
 * their streams and environment from outside, so that tests run them in-process.
 */
@NullMarked
package io.neco.dctest.vault.cli;

import org.jspecify.annotations.NullMarked;
