/**
 * The virtual data centre as Java sees it: {@link io.neco.dctest.Lab} drives {@code bin/lab} for the large tests. What a
 * lab consists of is in {@code dctest/lab/} and in the packages below.
 */
@NullMarked
package io.neco.dctest;

import org.jspecify.annotations.NullMarked;
