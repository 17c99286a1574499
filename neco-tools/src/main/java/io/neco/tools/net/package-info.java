/** IPv4 addresses and networks as values, for planning. */
@NullMarked
package io.neco.tools.net;

import org.jspecify.annotations.NullMarked;
