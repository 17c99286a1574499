/**
 * Tells people about updates: what to say, and how Slack wants to hear it.
 */
@NullMarked
package io.neco.notify;

import org.jspecify.annotations.NullMarked;
