/**
 * sabakan, the netboot server of the data centre: its REST API, and the Ignition templates it gives to nodes.
 * This is the only place that speaks sabakan; it knows nothing of etcd, updates or artifacts.
 */
@NullMarked
package io.neco.sabakan;

import org.jspecify.annotations.NullMarked;
