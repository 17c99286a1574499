/**
 * {@code placemat-menu}: plans a virtual data centre from a short description and writes what placemat, BIRD, squid, chrony and
 * sabakan need to run it. {@link io.neco.tools.menu.MenuReader} reads and checks, {@link io.neco.tools.menu.DataCentre} plans
 * addresses, the other classes render; only {@link io.neco.tools.menu.PlacematMenu} touches files.
 */
@NullMarked
package io.neco.tools.menu;

import org.jspecify.annotations.NullMarked;
