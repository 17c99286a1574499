/** Neco CD: continuous delivery for the boot servers of an on-premise data centre. */
@NullMarked
package io.neco;

import org.jspecify.annotations.NullMarked;
