/**
 * sabakan-state-setter as systemd runs it, against a real etcd, real serf agents, and the sabakan stand-in. Machines are addresses
 * in 127.69.0.0/20, which every Linux host answers for.
 */
@NullMarked
package io.neco.dctest.statesetter;

import org.jspecify.annotations.NullMarked;
