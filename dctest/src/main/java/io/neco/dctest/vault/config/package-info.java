/**
 * Configuration of a server: the part of HCL that its file and its policies use, and what the settings mean.
 * Reading a file has no effects; whoever starts the server acts on the result.
 */
@NullMarked
package io.neco.dctest.vault.config;

import org.jspecify.annotations.NullMarked;
