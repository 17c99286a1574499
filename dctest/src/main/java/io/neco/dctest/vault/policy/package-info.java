/**
 * Access rules: policies as text, what they allow on which paths, and the access list that joins several of them.
 * Everything here is a pure function of values.
 */
@NullMarked
package io.neco.dctest.vault.policy;

import org.jspecify.annotations.NullMarked;
