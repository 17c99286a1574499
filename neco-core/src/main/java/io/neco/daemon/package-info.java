/**
 * What daemons that lead or stand for election have in common: how they stop on a signal, and how they bear an outage of etcd.
 * Nothing here knows what a daemon is for.
 */
@NullMarked
package io.neco.daemon;

import org.jspecify.annotations.NullMarked;
