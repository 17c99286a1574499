# Removes everything of a lab and nothing else; sourced by bin/lab.

ids() { docker "$1" ls -q --filter "label=io.neco.lab=$lab" "${@:2}"; }

firewall_rules() { iptables -w 10 -S DOCKER-USER 2>/dev/null | grep -E -- "--comment \"?neco-lab:$lab\"? " || true; }

lab_down() {
  engine_answers || die "no Docker engine answers on this machine: nothing to take down, or start it by bin/internal/prepare"
  local found='' rule
  for kind in container volume network; do
    local all=()
    [ $kind != container ] || all=(-a)
    mapfile -t list < <(ids $kind "${all[@]}")
    [ ${#list[@]} -gt 0 ] || continue
    found=1
    if [ $kind = container ]; then
      docker unpause "${list[@]}" >/dev/null 2>&1 || true
      docker rm -fv "${list[@]}" >/dev/null
    else
      docker $kind rm "${list[@]}" >/dev/null
    fi
  done
  while read -r rule; do
    [ -n "$rule" ] || continue
    found=1
    eval "iptables -w 10 ${rule/#-A/-D}"
  done < <(firewall_rules)
  [ ! -e "$state" ] || found=1
  rm -rf "${state:?}"
  if [ -n "$found" ]; then say "lab '$lab' is gone"; else say "lab '$lab' is not up: nothing to remove"; fi
}
