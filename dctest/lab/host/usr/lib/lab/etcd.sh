# Calls of etcdctl as a program's own user; sourced by the stand-ins of CKE and etcdpasswd, which set $config.
# The configuration is the one that neco writes: endpoints (a list), tls-cert-file, tls-key-file.

export ETCDCTL_API=3 PATH=$PATH:/usr/local/bin
setting() { sed -n "s/^$1: *//p" "$config" 2>/dev/null | sed 's/^"\(.*\)"$/\1/'; }
etcd_flags() { # one word each: --endpoints, --cert, --key
  [ -r "$config" ] || { echo "$(basename "$0"): cannot read $config" >&2; return 1; }
  local certificate
  certificate=$(setting tls-cert-file)
  echo "--endpoints=$(sed -n '/^endpoints:/,/^[^ -]/s/^ *- *//p' "$config" | paste -sd,)"
  [ -z "$certificate" ] || printf -- '--cert=%s\n--key=%s\n' "$certificate" "$(setting tls-key-file)"
}
etcd() { # WORD…: an error ends the program
  local flags
  mapfile -t flags < <(etcd_flags)
  etcdctl --dial-timeout=3s --command-timeout=10s "${flags[@]}" "$@"
}
