/** YAML as operators write it. Nothing here knows what is written. */
@NullMarked
package io.neco.yaml;

import org.jspecify.annotations.NullMarked;
