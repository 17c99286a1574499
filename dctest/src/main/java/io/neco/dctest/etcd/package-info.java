/**
 * The stand-ins' own way to etcd: gRPC calls over one HTTP/2 connection, and storage with a leader lock built on them.
 * A full gRPC library takes about a second of CPU and 80 MB more to start, and three of these servers restart at once
 * on every update; etcd's JSON gateway is no way out, because it does not take the user from the client certificate.
 */
@NullMarked
package io.neco.dctest.etcd;

import org.jspecify.annotations.NullMarked;
