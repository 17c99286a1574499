# A table of the lab's hosts; sourced by bin/lab.

services="etcd-container vault neco-updater neco-worker serf sabakan promtail setup-hw"
internet_services="lab-registry lab-web lab-tls lab-proxy"

lab_status() {
  engine_answers || die "no Docker engine answers on this machine, so lab '$lab' is not up: run bin/lab up"
  local net h states=() i=0
  net=$(subnet) || true
  [ -n "$net" ] || die "lab '$lab' is not up: run bin/lab up"
  {
    printf 'HOST\tCONTAINER\tSYSTEMD\tNECO\tADDRESSES\tSERVICES\n'
    for h in $hosts; do
      status_row "$h" "$net" >"$state/status-$h" &
    done
    wait
    for h in $hosts; do cat "$state/status-$h"; rm "$state/status-$h"; done
  } | column -t -s "$(printf '\t')"
}

status_row() {
  local host=$1 net=$2 state_word addresses=$2.$(address "$1") list=$services answer
  state_word=$(container_state "$host")
  case $host in
    boot-*) addresses="$addresses $(node0 "${host#boot-}") 10.72.48.${host#boot-}" ;;
    internet) addresses="$addresses $net.3 10.0.49.3" list=$internet_services ;;
  esac
  if [ "$state_word" = running ]; then
    answer=$(timeout 10 docker exec "$lab-$host" sh -c '
      printf "%s\t%s\t" "$(systemctl is-system-running 2>/dev/null || true)" \
        "$(dpkg-query -W -f "\${Version}" neco 2>/dev/null || echo -)"
      [ ! -e /var/lib/lab/cut ] || printf "(cut off) "
      printf "\n"
      for s in '"$list"'; do
        a=$(systemctl is-active $s 2>/dev/null)
        case $a in inactive) [ ! -e /etc/systemd/system/$s.service ] || echo "$s:off" ;; active) echo "$s" ;; *) echo "$s:$a" ;; esac
      done' 2>/dev/null) || answer=$'no answer\t-\t'
  else
    answer=$'-\t-\t'
  fi
  local head=${answer%%$'\n'*} rest=''
  [ "$answer" = "$head" ] || rest=${answer#*$'\n'}
  printf '%s\t%s\t%s\t%s\t%s\n' "$host" "$state_word" "$(cut -f1,2 <<<"$head")" "$addresses" "$(cut -f3 <<<"$head")$(tr '\n' ' ' <<<"$rest")"
}
