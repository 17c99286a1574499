/**
 * JSON as plain maps and lists. Only the streaming parser is used: binding to classes would cost a tenth of a second
 * at every start.
 */
@NullMarked
package io.neco.dctest.json;

import org.jspecify.annotations.NullMarked;
