/**
 * What an update would change on this host: the steps themselves are run against a host, an engine and an etcd that answer truly, but
 * only note what they are told to change. So the plan cannot differ from what the steps do.
 */
@NullMarked
package io.neco.worker.plan;

import org.jspecify.annotations.NullMarked;
