/**
 * What daemons that stand for election have in common: from the arguments to the exit status, the stop on a signal, an outage of etcd, a
 * clock that somebody sets. Nothing here knows what a daemon is for.
 */
@NullMarked
package io.neco.daemon;

import org.jspecify.annotations.NullMarked;
