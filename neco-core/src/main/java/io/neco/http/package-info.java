/**
 * HTTP as Neco's programs use it: proxy, GitHub token, the operating system's trust store, deadlines, retries, downloads to disk.
 * Big files go over blocking sockets, everything else stands on the JDK's client; nothing here knows what is fetched.
 */
@NullMarked
package io.neco.http;

import org.jspecify.annotations.NullMarked;
