/**
 * Container images and containers of this host, through the API of the local Docker engine.
 * The only place that knows docker-java; its classes are loaded with the first call that needs the engine.
 */
@NullMarked
package io.neco.container;

import org.jspecify.annotations.NullMarked;
