# Packages of neco as the next release with other artifacts would be: image tags, the etcdpasswd package, the image of the
# nodes' operating system and the contents of the nodes differ. Sourced by release.sh.

# tags that the registry has for this (images/list), and versions that the release server and the mirror have
next_artifacts_edits='
/name: etcd,/s/3\.5\.4\.1/3.5.4.2/
/name: vault,/s/1\.10\.2\.1/1.10.2.2/
/name: serf,/s/0\.9\.7\.1/0.9.7.2/
/name: promtail,/s/2\.5\.0\.1/2.5.0.2/
/name: sabakan,/s/2\.13\.0/2.13.1/
/name: setup-hw,/s/1\.12\.0/1.12.1/
/name: bird,/s/2\.0\.9\.1/2.0.9.2/
/name: squid,/s/5\.4\.1\.1/5.4.1.2/
/name: coil,/s/2\.0\.14/2.0.15/
/name: etcdpasswd,/s/v1\.4\.0/v1.4.1/
/^os-image:/s/3139\.2\.1/3139.2.2/
'
# a line of a file on every node
next_artifacts_mark='# released with other artifacts'

# build_next_artifacts VERSION: prints the path of the package, built from a changed copy of this tree
build_next_artifacts() {
  local version=$1 copy=$repo/build/next-artifacts like
  mkdir -p "$copy"
  find "$copy" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
  tar -C "$repo" --exclude=./build --exclude=./.git --exclude=target --exclude=src/test -cf - . | tar -C "$copy" -xf -
  # classes as well: the sources are the same, with the same times
  take_over "$copy" 'cache/runtime-*' 'cache/picocli-*' 'sources-*'
  sed -i "$next_artifacts_edits" "$copy/neco-core/src/main/resources/io/neco/artifact/artifacts.yml"
  ! cmp -s {"$repo","$copy"}/neco-core/src/main/resources/io/neco/artifact/artifacts.yml ||
    die "the artifact set has other versions than dctest/lab/next-artifacts.sh knows"
  echo "$next_artifacts_mark" >>"$copy/ignitions/common/files/etc/fstab"
  like=$(newest_package)
  "$copy/bin/deb" "$version" --output "$repo/build/next-artifacts/build/deb" ${like:+--like "$like"} >&2 ||
    die "bin/deb $version failed in $copy"
  echo "$repo/build/next-artifacts/build/deb/neco_${version}_amd64.deb"
}
