/**
 * Redfish, the interface of machines' management controllers (BMCs): power, BIOS settings, TPM. Only what Neco needs of DMTF's schemas, and
 * Dell's jobs.
 */
@NullMarked
package io.neco.redfish;

import org.jspecify.annotations.NullMarked;
