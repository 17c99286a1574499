# Names, places and messages of the lab; sourced by bin/lab. $repo is the top of the source tree.

lab=${NECO_LAB:-neco}
cache=${NECO_LAB_CACHE:-/var/cache/neco-lab}
state_root=${NECO_LAB_STATE:-/var/lib/neco-lab}
state=$state_root/$lab
here=$repo/dctest/lab

export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin # `su` leaves them out, and iptables is there
export LC_ALL=C.UTF-8                              # what programs say is read here
umask 022                                          # users of the hosts and of the images read what is made here

hosts="boot-0 boot-1 boot-2 boot-3 internet"
release_repository=cybozu-go/neco
first_version=2022.05.25-1

die() {
  echo "lab: $*" >&2
  exit 1
}
usage_error() {
  echo "lab: $* (see bin/lab --help)" >&2
  exit 2
}
now_ms() { local us=${EPOCHREALTIME/[.,]/}; echo "${us%???}"; }
started_ms=$(now_ms)
say() { local ms=$(($(now_ms) - started_ms)); printf "lab %3d.%d s  %s\n" $((ms / 1000)) $((ms % 1000 / 100)) "$*"; }

# what is not told in which lab to work works in one of its own
name_lab() { # NAME
  lab=${NECO_LAB:-$1}
  state=$state_root/$lab
}

check_lab_name() {
  [[ $lab =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] ||
    die "NECO_LAB is '$lab': a lab's name has at most 31 lower-case letters, digits and hyphens, and starts with a letter or digit"
}

container() { echo "$lab-$1"; }

# docker's word for the state of a host's container (running, paused, exited, …), or "absent"
container_state() {
  local status
  if status=$(docker container inspect -f '{{.State.Status}}' "$lab-$1" 2>/dev/null); then echo "$status"; else echo absent; fi
}

check_host() {
  case " $hosts " in
    *" $1 "*) ;;
    *) usage_error "there is no host '$1' in the lab: hosts are $hosts" ;;
  esac
}

engine_answers() { timeout 10 docker version -f '{{.Server.Version}}' >/dev/null 2>&1; }

need_host() {
  check_host "$1"
  engine_answers || die "no Docker engine answers on this machine, so lab '$lab' is not up: run bin/lab up"
  case $(container_state "$1") in
    absent) die "lab '$lab' is not up: run bin/lab up (or name another lab by NECO_LAB)" ;;
  esac
}
need_running() {
  need_host "$1"
  case $(container_state "$1") in
    running) ;;
    paused) die "$1 is paused: run bin/lab heal $1" ;;
    *) die "$1 is off ($(container_state "$1")): run bin/lab heal $1" ;;
  esac
}

# on_host HOST OPTION… -- COMMAND…: ends as the command does. Whether the host runs is asked for only if the command may have failed for that:
# tests run many commands, and asking costs as much as running one.
on_host() {
  local host=$1 options=() status=0
  shift
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  docker exec "${options[@]}" "$lab-$host" "${@:2}" || status=$?
  [ $status != 1 ] || [ "$(container_state "$host")" = running ] || need_running "$host"
  exit $status
}

# the newest package of this tree, if there is any
newest_package() {
  [ -d "$repo/build/deb" ] || return 0
  find "$repo/build/deb" -maxdepth 1 -name 'neco_*_amd64.deb' -printf '%T@ %p\n' 2>/dev/null | sort -rn | sed -n '1s/^[^ ]* //p'
}

# the first three octets of the lab's network
subnet() {
  docker network inspect -f '{{range .IPAM.Config}}{{.Subnet}}{{end}}' "$lab" 2>/dev/null | sed -n 's/\.0\/24$//p'
}
bridge() { echo "br-$(docker network inspect -f '{{slice .ID 0 12}}' "$lab")"; }

# where the lab has its images from, lab or upstream; nothing unless it is up
lab_images() { docker network inspect -f '{{index .Labels "io.neco.lab.images"}}' "$lab" 2>/dev/null || true; }
need_own_images() { # WHY
  [ "$(lab_images)" != upstream ] || die "lab '$lab' was made with --images upstream: $*"
}

address() { # HOST -> last octet
  case $1 in
    internet) echo 2 ;;
    boot-*) echo "1${1#boot-}" ;;
  esac
}
node0() { local n=$((192 * $1 + 3)); echo "10.69.$((n / 256)).$((n % 256))"; }

# wait_until SECONDS WHAT COMMAND…: polls ten times a second
wait_until() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.1
  done
}
