/**
 * What Neco gives to CKE: the cluster template with the roles' weights, and Kubernetes resources rendered from this release's images.
 * Templates are pure functions of text; {@link io.neco.cke.CkeContents} reads the files and hands the results to {@code ckecli}.
 */
@NullMarked
package io.neco.cke;

import org.jspecify.annotations.NullMarked;
