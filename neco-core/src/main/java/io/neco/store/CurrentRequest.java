package io.neco.store;

import io.neco.update.UpdateRequest;
import java.util.Optional;

/**
 * The current request and the revisions a watch can start from.
 *
 * @param request the request; empty: none
 * @param modRevision revision that wrote the request; 0 when there is none
 * @param storeRevision etcd's revision at the time of the read
 */
public record CurrentRequest(Optional<UpdateRequest> request, long modRevision, long storeRevision) {}
