/**
 * CKE, which keeps the data centre's Kubernetes cluster: its configuration on a boot server, and where its things are.
 * Pure text, no input or output; what is given to a running CKE is in {@code io.neco.cke}.
 */
@NullMarked
package io.neco.program.cke;

import org.jspecify.annotations.NullMarked;
