/**
 * JSON as Go programs write and read it, for what Neco shares with them: etcd's values and sabakan's API.
 * Nothing here knows what is written. A few hundred lines instead of a library, since a command line tool pays for each class.
 */
@NullMarked
package io.neco.json;

import org.jspecify.annotations.NullMarked;
