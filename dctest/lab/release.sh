# Publishing releases on the lab's release server; sourced by bin/lab.
. "$here/next-artifacts.sh"
. "$here/previous.sh"

# take_over COPY PATTERN…: of what bin/deb has made here, into a copy of the tree that has built nothing yet
take_over() {
  local copy=$1 found
  shift
  [ ! -d "$copy/build/deb" ] || return 0
  mkdir -p "$copy/build/deb/cache" "$repo/build/deb"
  # under the lock of bin/deb, which may be compiling there
  # shellcheck disable=SC2068
  (
    flock -w 900 9 || die "another bin/deb has been running for 15 minutes (lock: build/deb/.lock)"
    cd "$repo/build/deb"
    for found in $@; do [ ! -e "$found" ] || cp -a "$found" "$copy/build/deb/$found"; done
  ) 9>"$repo/build/deb/.lock"
}

release_directory() { echo "$state/internet/releases/$1/release-$2"; } # REPOSITORY VERSION

# publish DEB VERSION REPOSITORY PRERELEASE
publish() {
  local deb=$1 version=$2 repository=$3 prerelease=$4 to new
  to=$(release_directory "$repository" "$version")
  new=$(dirname "$to")/.release-$version
  rm -rf "$new"
  mkdir -p "$new/assets"
  cp --reflink=auto "$deb" "$new/assets/neco_${version}_amd64.deb"
  # created: to the millisecond, so that two releases of the same second keep their order
  printf 'created=%s\nprerelease=%s\nname=Release %s\n' "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" "$prerelease" "$version" >"$new/release.properties"
  chmod -R a+rX "$new"
  mv "$new" "$to"
}

lab_release() {
  local version='' deb='' prerelease=false next='' previous='' repository=$release_repository to
  while [ $# -gt 0 ]; do
    case $1 in
      --deb | --repository) [ $# -ge 2 ] || usage_error "$1 needs a value" ;;
    esac
    case $1 in
      --prerelease) prerelease=true ;;
      --next-artifacts) next=1 ;;
      --previous) previous=1 ;;
      --deb) deb=$2; shift ;;
      --repository) repository=$2; shift ;;
      -*) usage_error "release does not know '$1'" ;;
      *) [ -z "$version" ] || usage_error "release takes one version"; version=$1 ;;
    esac
    shift
  done
  [ -n "$version" ] || usage_error "release needs a version, such as 2022.05.26-2"
  [[ $version =~ ^[0-9][0-9A-Za-z.+~-]*$ ]] || die "'$version' cannot be a version: digits first, then letters, digits and . + ~ -"
  [[ $repository =~ ^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$ ]] || die "'$repository' is not OWNER/NAME"
  [ -z "$next" ] || [ -z "$previous" ] || usage_error "release takes one of --next-artifacts and --previous"
  [ -z "$deb" ] || [ -r "$deb" ] || die "cannot read the package $deb"
  [ -z "$previous" ] || [ -n "$deb" ] || need_previous
  need_host internet
  [ -z "$next" ] || need_own_images "only a lab's own registry has the images of --next-artifacts"

  to=$(release_directory "$repository" "$version")
  if [ -e "$to" ]; then
    [ "$prerelease" = false ] && grep -qx 'prerelease=true' "$to/release.properties" ||
      die "release-$version is published already (a pre-release is promoted by publishing it again without --prerelease)"
    sed 's/^prerelease=.*/prerelease=false/' "$to/release.properties" >"$to/.release.properties"
    mv "$to/.release.properties" "$to/release.properties"
    say "release-$version in $repository is no longer a pre-release"
    return
  fi
  # assigned without a condition beside it, which would let a build go on after a command that fails
  if [ -n "$previous" ] && [ -z "$deb" ]; then
    deb=$(build_previous "$version")
  elif [ -n "$next" ] && [ -z "$deb" ]; then
    deb=$(build_next_artifacts "$version")
  fi
  if [ -z "$deb" ]; then
    deb=$repo/build/deb/neco_${version}_amd64.deb
    "$repo/bin/deb" "$version" || die "bin/deb $version failed"
  fi
  publish "$deb" "$version" "$repository" "$prerelease"
  say "release-$version is published in $repository$([ "$prerelease" = false ] || echo ' as a pre-release')"
}
