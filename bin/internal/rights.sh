# shellcheck shell=bash
# Who runs a script of bin/, and whose the files are that it finds. Read by those scripts.

this_script() { # the working directory may have changed since it was started
  local name=${0##*/bin/}
  case $name in internal/*) ;; *) name=${name##*/} ;; esac
  echo "bin/$name"
}

# what is kept of the environment; by name, since not every sudo heeds -E
kept_variables=NECO_LAB,NECO_LAB_CACHE,NECO_LAB_STATE,NECO_LAB_VAULT,NECO_LAB_SABAKAN,NECO_LAB_SABACTL,NECO_LAB_KEEP,NECO_DOCKERD_LOG
kept_variables+=,NECO_JDK,NECO_DEB_LEVEL,NECO_MAINTAINER,SOURCE_DATE_EPOCH,JAVA_HOME,MAVEN_OPTS
kept_variables+=,http_proxy,https_proxy,no_proxy,HTTP_PROXY,HTTPS_PROXY,NO_PROXY

# as_root SCRIPT ARGUMENT…: becomes root, and begins again
as_root() {
  command -v sudo >/dev/null || {
    echo "$(this_script): must be run as root, and there is no sudo here to become root with: log in as root, or install sudo" >&2
    exit 1
  }
  exec sudo --preserve-env=$kept_variables "$@"
}

# own_directory DIRECTORY: if it is one of this tree, makes it, and ends the script with a word of advice unless it and what is in it, two
# levels deep, is this user's. What root has made there is in the way of everybody else, and tools say no more than "Permission denied".
own_directory() {
  local top other
  top=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
  case $(realpath -m "$1") in "$top"/*) ;; *) return 0 ;; esac
  [ "$(id -u)" != 0 ] || return 0
  if mkdir -p "$1" 2>/dev/null; then
    other=$(find "$1" -maxdepth 2 ! -user "$(id -u)" -print -quit)
    [ -n "$other" ] || return 0
  else
    other=$1
    until [ -e "$other" ]; do other=$(dirname "$other"); done
  fi
  echo "$(this_script): $other is not $(id -un)'s but $(stat -c %U "$other")'s, as whom bin/test or bin/demo may have run:" \
    "run this with sudo, too, or make all that is here yours: sudo chown -R $(id -un) '$top'" >&2
  exit 1
}
