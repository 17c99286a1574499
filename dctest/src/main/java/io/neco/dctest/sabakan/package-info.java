/**
 * A stand-in for sabakan, the netboot server, as far as boot servers and their large tests use it: images, assets,
 * ignition templates, machines and settings over HTTP, shared by several servers through etcd. It boots nothing: no
 * DHCP, TFTP, iPXE, disk encryption keys, GraphQL.
 */
@NullMarked
package io.neco.dctest.sabakan;

import org.jspecify.annotations.NullMarked;
