/**
 * etcd and its backup: unit files, configuration of a new cluster and of a member that joins one, backup script.
 * Pure text, no input or output.
 */
@NullMarked
package io.neco.program.etcd;

import org.jspecify.annotations.NullMarked;
