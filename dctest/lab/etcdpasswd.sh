# The package of the etcdpasswd stand-in, as a release of the lab's release server; sourced by up.sh.

etcdpasswd_repository=cybozu-go/etcdpasswd
# the version of the artifact set, and one for releases with other artifacts
etcdpasswd_versions="1.4.0 1.4.1"

publish_etcdpasswd() {
  local version to new scratch
  scratch=$(scratch_directory)
  for version in $etcdpasswd_versions; do
    to=$state/internet/releases/$etcdpasswd_repository/v$version
    [ ! -e "$to" ] || continue
    cp -a "$here/etcdpasswd" "$scratch/tree"
    sed -i "s/@VERSION@/$version-1/" "$scratch/tree/DEBIAN/control" "$scratch/tree/usr/bin/etcdpasswd"
    new=$(dirname "$to")/.v$version
    rm -rf "$new"
    mkdir -p "$new/assets"
    dpkg-deb --root-owner-group -Zgzip --build "$scratch/tree" "$new/assets/etcdpasswd_${version}_amd64.deb" >/dev/null
    printf 'created=2022-05-2%s\nprerelease=false\nname=Release v%s\n' "${version##*.}T00:00:00.000Z" "$version" >"$new/release.properties"
    chmod -R a+rX "$new"
    mv "$new" "$to"
    rm -rf "$scratch/tree"
  done
  rm -rf "$scratch"
}
