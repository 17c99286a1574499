package io.neco.artifact;

/**
 * A Debian package released on a GitHub-compatible server.
 *
 * <p>Source: types.go at 1eec387.
 *
 * @param name package name, e.g. {@code etcdpasswd}
 * @param owner owner of the repository, e.g. {@code cybozu-go}
 * @param repository repository, e.g. {@code etcdpasswd}
 * @param release tag of the release that carries the package, e.g. {@code v1.4.0}
 */
public record DebianPackage(String name, String owner, String repository, String release) {}
