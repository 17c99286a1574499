# Packages of neco as it was one release ago, so that its workers can meet those of this tree. Sourced by release.sh.

# root may build what somebody else checked out
repo_git() { git -c safe.directory="$repo" -C "$repo" "$@"; }

# the newest release's tag that is not this commit's; while there is none, the commit before this one; fails without a history that has one
previous_commit() {
  [ -e "$repo/.git" ] || return 1 # the history of a repository around an unpacked archive is somebody else's
  repo_git describe --tags --abbrev=0 --match 'release-*' HEAD~1 2>/dev/null || repo_git rev-parse --verify --quiet 'HEAD~1^{commit}'
}

# Ends with a status of its own where there is nothing to build --previous from, so that a test can tell that from what went wrong.
need_previous() {
  previous_commit >/dev/null || {
    echo "lab: $repo has no commit before the present one, and --previous needs its sources: git fetch --unshallow, or clone the repository" >&2
    exit 3
  }
}

# build_previous VERSION: prints the path of the package, built from the previous sources under a version of today. A commit may not build,
# and the one that mends it must not fail for that: then it is the one before, five at most.
build_previous() {
  local version=$1 copy=$repo/build/previous commit like tries=5
  commit=$(previous_commit) || die "there is no previous commit in $repo"
  like=$(newest_package) # which classes it archives matters for the speed of its programs only
  while :; do
    mkdir -p "$copy"
    find "$copy" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
    repo_git archive "$commit" | tar -x -C "$copy"
    take_over "$copy" 'cache/runtime-*' 'cache/picocli-*'
    say "building $version from the sources of $commit" >&2
    ! "$copy/bin/deb" "$version" --output "$copy/build/deb" ${like:+--like "$like"} >&2 || break
    tries=$((tries - 1))
    [ $tries -gt 0 ] || die "bin/deb $version failed in $copy, and so it did for the four commits after"
    commit=$(repo_git rev-parse --verify --quiet "$commit~1^{commit}") || die "bin/deb $version failed in $copy, and there is no commit before"
    say "it does not build" >&2
  done
  echo "$copy/build/deb/neco_${version}_amd64.deb"
}
