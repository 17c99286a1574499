package io.neco.contents;

import io.neco.store.NecoReader;
import java.io.IOException;
import java.util.List;

/**
 * Brings to sabakan what nodes boot from. Each method can be run again: what is there already is left alone.
 *
 * <p>Failures name the content, the address and the reason. Requests that may be repeated have been when one is thrown.
 */
public interface Netboot extends AutoCloseable {
    /**
     * Operating system, images and programs, then the templates that refer to them.
     *
     * @param id version of the templates
     */
    void uploadAll(NecoReader store, String id) throws IOException, InterruptedException;

    /**
     * The Ignition templates of all roles.
     *
     * @param id their version
     */
    void uploadIgnitions(NecoReader store, String id) throws IOException, InterruptedException;

    /** The images CKE runs its cluster with. */
    void uploadCkeImages() throws IOException, InterruptedException;

    /** How addresses are given to nodes. */
    void setDhcp() throws IOException, InterruptedException;

    /** What was changed in sabakan so far, sorted. */
    List<String> changes();

    /** Removes temporary files, and closes connections. */
    @Override
    void close() throws IOException;
}
