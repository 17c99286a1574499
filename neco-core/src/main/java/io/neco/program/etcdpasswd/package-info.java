/**
 * etcdpasswd, which keeps users and their keys: configuration, and how a boot server may be logged in to.
 * Pure text, no input or output.
 */
@NullMarked
package io.neco.program.etcdpasswd;

import org.jspecify.annotations.NullMarked;
