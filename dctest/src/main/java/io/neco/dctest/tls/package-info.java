/**
 * Certificates and keys in PEM files turned into TLS settings, without key stores and with as little start-up work
 * as possible, because these programs start often and are waited for.
 */
@NullMarked
package io.neco.dctest.tls;

import org.jspecify.annotations.NullMarked;
