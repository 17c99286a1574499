# Taking hosts away and giving them back; sourced by bin/lab.

host_kill() {
  case $(container_state "$1") in
    running) docker kill "$lab-$1" >/dev/null ;;
    paused) docker unpause "$lab-$1" >/dev/null && docker kill "$lab-$1" >/dev/null ;;
    *) say "$1 is off already" ;;
  esac
}

host_pause() {
  case $(container_state "$1") in
    running) docker pause "$lab-$1" >/dev/null ;;
    paused) say "$1 is paused already" ;;
    *) need_running "$1" ;;
  esac
}

# The host's end of the cable stays up; the other end is taken out of the switch, so that packets vanish without a word.
outer_link() {
  local pid index
  pid=$(docker inspect -f '{{.State.Pid}}' "$lab-$1")
  index=$(nsenter -t "$pid" -n ip -o link show eth0 | sed -n 's/^[0-9]*: eth0@if\([0-9]*\):.*/\1/p')
  [ -n "$index" ] || return 1
  ip -o link | sed -n "s/^$index: \([^@:]*\).*/\1/p"
}

host_cut() {
  [ "$(container_state "$1")" = paused ] || need_running "$1"
  local link
  link=$(outer_link "$1") || die "found no link of $1 on this machine"
  # a host that reboots while it is cut off gets a new link: lab-init sees this mark and leaves it down
  [ "$(container_state "$1")" = paused ] || docker exec "$lab-$1" sh -c 'mkdir -p /var/lib/lab && : >/var/lib/lab/cut'
  ip link set "$link" nomaster
}

host_heal() {
  local link
  case $(container_state "$1") in
    paused) docker unpause "$lab-$1" >/dev/null ;;
    running) ;;
    *) docker start "$lab-$1" >/dev/null ;;
  esac
  link=$(outer_link "$1") || die "found no link of $1 on this machine"
  ip link set "$link" master "$(bridge)"
  wait_until 60 "systemd" docker exec "$lab-$1" test -S /run/systemd/private ||
    die "systemd on $1 did not answer within 60 s: see bin/lab logs $1"
  if docker exec "$lab-$1" test -e /var/lib/lab/cut; then
    docker exec "$lab-$1" sh -c 'rm -f /var/lib/lab/cut && systemctl restart lab-net.service'
  fi
}

host_reboot() {
  need_running "$1"
  docker kill "$lab-$1" >/dev/null
  host_heal "$1"
}
