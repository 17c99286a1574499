/**
 * A client of serf's agent: who is a member of the cluster, how it is, and what it tells of itself by tags.
 * Only the two requests that are needed: handshake and members.
 */
@NullMarked
package io.neco.statesetter.serf;

import org.jspecify.annotations.NullMarked;
