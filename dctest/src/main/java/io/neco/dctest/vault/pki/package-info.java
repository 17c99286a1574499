/**
 * The certificate engine: a certificate authority per mount, roles that say what it may issue, and the certificates it
 * did issue. The only place that uses the certificate library, which is loaded when the first certificate is made.
 */
@NullMarked
package io.neco.dctest.vault.pki;

import org.jspecify.annotations.NullMarked;
