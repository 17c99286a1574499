package io.neco.sabakan;

/**
 * How an upload of an asset went.
 *
 * @param status 201 when it is new, 200 when it replaced another one
 * @param id number of its contents
 */
public record AssetStatus(int status, String id) {}
