/**
 * What nodes boot from, brought to sabakan: operating system, container images, programs, Ignition templates, DHCP settings.
 * The worker's steps and {@code neco init-data} are thin layers over this room; sabakan and registries are spoken elsewhere.
 */
@NullMarked
package io.neco.contents;

import org.jspecify.annotations.NullMarked;
