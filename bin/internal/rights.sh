# shellcheck shell=bash
# Who runs a script of bin/, and whose the files are that it finds. Read by those scripts.

this_script() { # the working directory may have changed since it was started
  local name=${0##*/bin/}
  case $name in internal/*) ;; *) name=${name##*/} ;; esac
  echo "bin/$name"
}

# as_root OPTION… SCRIPT ARGUMENT…: becomes root, and begins again; the options are sudo's
as_root() {
  command -v sudo >/dev/null || {
    echo "$(this_script): must be run as root, and there is no sudo here to become root with: log in as root, or install sudo" >&2
    exit 1
  }
  exec sudo "$@"
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
