package io.neco.store;

/**
 * What one member says of itself.
 *
 * @param endpoint the endpoint asked
 * @param version etcd's version
 * @param revision newest revision it knows
 * @param raftIndex newest raft index it has committed
 * @param raftAppliedIndex newest raft index it has applied
 * @param leaderId the leader it follows; 0: none
 * @param memberId its own id
 */
public record MemberHealth(
        String endpoint,
        String version,
        long revision,
        long raftIndex,
        long raftAppliedIndex,
        long leaderId,
        long memberId) {}
