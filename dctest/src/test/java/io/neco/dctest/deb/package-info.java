/**
 * The Debian package: what is in it, that it is built the same way every time, and that installing, upgrading and
 * removing it works on a host with systemd, in a chroot, and from inside of neco-worker. Contract: docs/package.md.
 */
@NullMarked
package io.neco.dctest.deb;

import org.jspecify.annotations.NullMarked;
