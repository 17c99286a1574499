/**
 * A server that answers as sabakan does, in the process of a test.
 * It keeps what it is given in memory, and can be told to misbehave.
 */
@NullMarked
package io.neco.sabakan.testing;

import org.jspecify.annotations.NullMarked;
