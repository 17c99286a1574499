/**
 * neco-updater: one of them leads, finds new releases, and drives the update by writing the request.
 * What to do next is a pure decision ({@code NextAction}); everything around it watches, writes and tells.
 */
@NullMarked
package io.neco.updater;

import org.jspecify.annotations.NullMarked;
