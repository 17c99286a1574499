# Making the lab's Internet misbehave; sourced by bin/lab.

fault_usage() {
  cat <<'USAGE'
usage: bin/lab fault SERVER MODE[:NUMBER]   or   bin/lab fault clear   or   bin/lab fault

  api       rate-limit[:REQUESTS PER HOUR] unauthorized forbidden not-found server-error malformed no-assets no-digest
  download  not-found server-error truncate[:BYTES] corrupt[:POSITION] cut[:BYTES] no-range
  flatcar   not-found server-error cut[:BYTES]
  registry  down                             (quay.io and ghcr.io refuse connections)
  proxy     down                             (the data centre's HTTP proxy refuses connections)

MODE none ends a fault, "clear" ends all of them, no argument shows them.
USAGE
}

lab_fault() {
  local file=$state/internet/faults.properties server mode
  case ${1:-} in --help | -h) fault_usage; return ;; esac
  need_running internet
  case $# in
    0)
      cat "$file" 2>/dev/null || true
      for server in registry proxy; do docker exec "$lab-internet" systemctl -q is-active "lab-$server" || echo "$server=down"; done
      ;;
    1)
      [ "$1" = clear ] || usage_error "fault needs a server and a mode (bin/lab fault --help)"
      rm -f "$file"
      docker exec "$lab-internet" systemctl start lab-registry lab-proxy
      ;;
    2)
      server=$1 mode=$2
      case $server in
        registry) need_own_images "nobody asks its registry, whose faults would hurt nobody" ;;
        flatcar) need_own_images "nobody asks its mirror of Flatcar, whose faults would hurt nobody" ;;
      esac
      case $server in
        registry | proxy)
          case $mode in
            down) docker exec "$lab-internet" systemctl stop "lab-$server" ;;
            none) docker exec "$lab-internet" systemctl start "lab-$server" ;;
            *) usage_error "$server can only be 'down' or 'none' (bin/lab fault --help)" ;;
          esac
          ;;
        api | download | flatcar)
          [[ $mode =~ ^[a-z-]+(:[0-9]+)?$ ]] && fault_usage | grep -E "^  $server " | grep -Eq "[ ]${mode%%:*}([[ ]|$)" || [ "$mode" = none ] ||
            usage_error "$server knows no fault '$mode' (bin/lab fault --help)"
          { grep -v "^$server=" "$file" 2>/dev/null || true; } >"$file.new"
          [ "$mode" = none ] || echo "$server=$mode" >>"$file.new"
          mv "$file.new" "$file"
          ;;
        *) usage_error "there is no server '$server' (bin/lab fault --help)" ;;
      esac
      ;;
    *) usage_error "fault takes a server and a mode (bin/lab fault --help)" ;;
  esac
}
