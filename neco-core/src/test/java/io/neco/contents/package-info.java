/**
 * What boot servers serve, read from the source tree: manifests of Kubernetes in etc/, trees of ignitions/. The tests know what a
 * reader of these files would trip over: a name that is not there, a field that does not exist, a script that does not parse.
 */
@NullMarked
package io.neco.contents;

import org.jspecify.annotations.NullMarked;
