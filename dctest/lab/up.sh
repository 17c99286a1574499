# Brings a lab up, or makes a running one complete; sourced by bin/lab.
. "$here/build.sh"
. "$here/etcdpasswd.sh"

lab_build() {
  "$repo/bin/internal/prepare" --quiet
  mkdir -p "$cache"
  exec 7>"$cache/lock"
  flock -w 1200 7 || die "another build of the lab has held $cache/lock for 20 minutes"
  build_ca
  build_host
  if with_internet; then
    build_internet
    build_registry
  fi
  exec 7>&-
}

with_internet() { [[ " $hosts " = *" internet "* ]]; }

# creates the network in the first free 172.30.N.0/24
create_network() {
  local n internal=(--internal)
  [ "$images" != upstream ] || internal=()
  for n in $(seq 0 255); do
    docker network create --label "io.neco.lab=$lab" --label "io.neco.lab.images=$images" "${internal[@]}" \
      --subnet "172.30.$n.0/24" --gateway "172.30.$n.1" --ip-range "172.30.$n.128/25" "$lab" >/dev/null 2>"$state/network.err" && return 0
    grep -q 'overlap' "$state/network.err" || die "docker network create failed: $(cat "$state/network.err")"
  done
  die "no network 172.30.0.0/24 to 172.30.255.0/24 is free: remove unused Docker networks (docker network ls)"
}

# Where bridged packets pass the firewall, an internal network drops those whose addresses are not its own (node0, bastion).
open_bridge() {
  local rule=(-i "$(bridge)" -o "$(bridge)" -m comment --comment "neco-lab:$lab" -j ACCEPT)
  command -v iptables >/dev/null || die "iptables is missing: run bin/internal/prepare"
  iptables -w 10 -n -L DOCKER-USER >/dev/null 2>&1 || return 0
  iptables -w 10 -C DOCKER-USER "${rule[@]}" 2>/dev/null || iptables -w 10 -I DOCKER-USER "${rule[@]}"
}

github_names="api.github.com github.com objects.githubusercontent.com"
flatcar_names="stable.release.flatcar-linux.net beta.release.flatcar-linux.net alpha.release.flatcar-linux.net lts.release.flatcar-linux.net"
registry_names="quay.io ghcr.io"

name_flags() { # --add-host flags of all hosts
  local net=$1 n rack
  for n in $github_names; do echo "--add-host=$n:$net.3"; done
  if [ "$images" != upstream ]; then
    for n in $registry_names; do echo "--add-host=$n:$net.2"; done
    for n in $flatcar_names; do echo "--add-host=$n:$net.3"; done
  fi
  for rack in 0 1 2 3; do echo "--add-host=boot-$rack:$(node0 $rack)"; done
}

# Everything as process 1 with an engine of its own needs, and no more: not --privileged, which fails where the machine
# itself has no CAP_SYS_RESOURCE. The lab's own images do without it everywhere; others (a Vault that locks its memory) get it where it is.
machine_flags=(--cap-add=ALL --security-opt=seccomp=unconfined --security-opt=apparmor=unconfined
  --security-opt=systempaths=unconfined "--device-cgroup-rule=a *:* rwm" --cgroupns=private --stop-signal=SIGRTMIN+3
  --restart=on-failure --tmpfs=/run:exec,mode=755 --tmpfs=/run/lock)

may_raise_limits() { ((0x$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status) >> 24 & 1)); }
capability_flags() { # IMAGE
  local probe
  if may_raise_limits; then
    [ "$images" = upstream ] || echo --cap-drop=SYS_RESOURCE
  # where the machine itself has not got it, older engines must be told to leave it out, and newer ones (Docker 26, say) refuse to be
  elif probe=$(docker create --cap-drop=SYS_RESOURCE "$1" 2>/dev/null); then
    docker rm "$probe" >/dev/null
    echo --cap-drop=SYS_RESOURCE
  fi
}

start_host() {
  local host=$1 net=$2 image=$3
  shift 3
  case $(container_state "$host") in
    running) return 0 ;;
    paused) docker unpause "$lab-$host" >/dev/null && return 0 ;;
    absent) ;;
    *) docker start "$lab-$host" >/dev/null && return 0 ;;
  esac
  docker run -d --name "$lab-$host" --hostname "$host" --label "io.neco.lab=$lab" --label "io.neco.lab.host=$host" \
    --network "$lab" --ip "$net.$(address "$host")" -e "LAB_SUBNET=$net" -e "LAB_RACK=${host#*-}" \
    -e "LAB_CLOSED=$([ "$images$host" = upstreaminternet ] || echo 1)" "${machine_flags[@]}" $(capability_flags "$image") $(name_flags "$net") "$@" "$image" >/dev/null
}

image_of() {
  case $1 in internet) internet_image "$(runtime_image "$(jdk)")" ;; *) host_image ;; esac
}

systemd_ready() { docker exec "$lab-$1" test -S /run/systemd/private 2>/dev/null; }

wait_for_host() {
  local host=$1 verdict
  wait_until 60 "" systemd_ready "$host" || die "systemd on $host did not answer within 60 s: see docker logs $lab-$host"
  verdict=$(timeout 120 docker exec "$lab-$host" systemctl is-system-running --wait 2>&1) || {
    docker exec "$lab-$host" systemctl --failed --no-pager >&2 || true
    die "$host is not well: systemd says ${verdict:-nothing}; look around by bin/lab shell $host"
  }
}

# whatever it answers: most ask for a token first
outer_registry_answers() {
  docker exec "$lab-boot-0" curl -sS --max-time 10 -x http://10.0.49.3:3128 -o /dev/null "https://$1/v2/" 2>"$state/outer.err"
}

lab_up() {
  images=
  local deb='' version='' vault='' sabakan='' sabactl='' neco=1 net h jobs=() volume volumes=()
  while [ $# -gt 0 ]; do
    case $1 in
      --deb | --version | --vault | --sabakan | --sabactl | --images | --only) [ $# -ge 2 ] || usage_error "$1 needs a value" ;;
    esac
    case $1 in
      --deb) deb=$2; shift ;;
      --version) version=$2; shift ;;
      --vault) vault=$2; shift ;;
      --sabakan) sabakan=$2; shift ;;
      --sabactl) sabactl=$2; shift ;;
      --images)
        images=$2
        [ "$images" = upstream ] || [ "$images" = lab ] || usage_error "--images takes 'upstream' or 'lab', not '$images'"
        shift ;;
      --no-neco) neco= ;;
      --only)
        check_host "$2"
        [ "$2" != internet ] || usage_error "--only takes a boot server"
        hosts=$2 neco=
        shift ;;
      *) usage_error "up does not know '$1'" ;;
    esac
    shift
  done
  with_internet || [ -z "$deb$version$vault$sabakan" ] || usage_error "--only goes with none of --deb, --version, --vault and --sabakan"
  [ -z "$deb" ] || [ -r "$deb" ] || die "cannot read the package $deb"
  if with_internet; then
    vault=${vault:-${NECO_LAB_VAULT:-}} sabakan=${sabakan:-${NECO_LAB_SABAKAN:-}} sabactl=${sabactl:-${NECO_LAB_SABACTL:-}}
  fi
  images=${images:-$(lab_images)}
  [ "$images" != upstream ] || [ -z "$vault$sabakan" ] ||
    usage_error "--vault and --sabakan put programs into the lab's registry, which nobody asks with --images upstream"
  local binary
  for binary in "$vault" "$sabakan" "$sabactl"; do [ -z "$binary" ] || [ -x "$binary" ] || die "$binary is not an executable file"; done
  [ "${sabakan:+1}" = "${sabactl:+1}" ] || usage_error "--sabakan and --sabactl go together"

  lab_build
  mkdir -p "$state"
  if docker network inspect "$lab" >/dev/null 2>&1; then
    say "lab '$lab' is up already; making it complete"
    for h in $hosts; do
      [ "$(container_state "$h")" = absent ] || [ "$(docker container inspect -f '{{.Config.Image}}' "$lab-$h")" = "$(image_of "$h")" ] ||
        say "note: $h was made from an older image; bin/lab down and up would renew it"
    done
    local present
    present=$(lab_images)
    [ "${images:-$present}" = "$present" ] || die "lab '$lab' is up with images '$present', not '$images': run bin/lab down first"
    images=$present
  else
    images=${images:-lab}
    create_network
  fi
  net=$(subnet)
  open_bridge
  mkdir -p "$state/internet/releases" "$state/pki"
  ! with_internet || certificate_serves "$state/pki/internet.crt" "$net.2" || certificate "$state/pki" internet "$(internet_alternative_names "$net")"

  for h in $hosts; do
    case $h in internet) volumes+=(internet) ;; *) volumes+=("$h-docker" "$h-etcd") ;; esac
  done
  for volume in "${volumes[@]}"; do
    docker volume create --label "io.neco.lab=$lab" "$lab-$volume" >/dev/null &
  done
  wait
  for h in $hosts; do
    case $h in
      internet)
        start_host internet "$net" "$(image_of internet)" -v "$lab-internet:/var/lib/lab" \
          -v "$(registry_content):/lab/registry:ro" -v "$state/internet:/lab/internet:ro" -v "$state/pki:/lab/pki:ro" & ;;
      *) start_host "$h" "$net" "$(image_of "$h")" -v "$lab-$h-docker:/var/lib/docker" -v "$lab-$h-etcd:/var/lib/etcd-container" & ;;
    esac
    jobs+=($!)
  done
  for j in "${jobs[@]}"; do wait "$j" || die "a host did not start"; done
  jobs=()
  for h in $hosts; do wait_for_host "$h" & jobs+=($!); done
  for j in "${jobs[@]}"; do wait "$j" || exit 1; done
  if ! with_internet; then
    say "$hosts runs, alone: bin/lab shell $hosts, bin/lab down"
    return
  fi
  if [ "$images" = upstream ]; then
    for h in $registry_names; do
      wait_until 30 "$h" outer_registry_answers "$h" ||
        die "boot-0 cannot reach $h through the proxy: $(cat "$state/outer.err"); is this machine on the Internet? bin/lab logs internet lab-proxy"
    done
  else
    wait_until 30 registry curl -sf --noproxy '*' --cacert "$cache/ca/ca.crt" "https://$net.2/v2/" -o /dev/null ||
      die "the registry does not answer: bin/lab logs internet lab-registry"
  fi
  wait_until 30 github curl -sf --noproxy '*' --cacert "$cache/ca/ca.crt" --resolve "api.github.com:443:$net.3" https://api.github.com/ -o /dev/null ||
    die "the release server does not answer: bin/lab logs internet lab-web, bin/lab logs internet lab-tls"
  say "five hosts run: systemd is up and nothing has failed"

  if [ -n "$vault" ]; then
    say "putting $vault into the vault image"
    put_real vault "$net" --vault "$vault"
  fi
  if [ -n "$sabakan" ]; then
    say "putting $sabakan and $sabactl into the sabakan image"
    put_real sabakan "$net" --sabakan "$sabakan" --sabactl "$sabactl"
  fi
  publish_etcdpasswd
  [ -z "$neco" ] || install_neco "$deb" "$version"
  say "lab '$lab' is up: bin/lab status, bin/lab shell boot-0, bin/lab down"
}

internet_alternative_names() { # SANs of the one certificate of the host that plays the Internet
  local n
  printf 'IP:%s.2,IP:%s.3' "$1" "$1"
  for n in $registry_names $github_names $flatcar_names; do printf ',DNS:%s' "$n"; done
}

# put_real NAME SUBNET OPTION…: programs that are no stand-ins into the registry of this lab, over the stand-in
put_real() {
  local name=$1 net=$2 repository tag image=neco-lab/content/$1:$lab
  shift 2
  "$repo/bin/internal/$name-image" "$@" "$image" >&2 || die "no $name image could be made of $*"
  while read -r repository tag _; do
    push_image "$image" "$net.2/${repository#*/}:$tag" --dest-cert-dir "$cache/ca/trusted"
  done < <(grep "^quay.io/cybozu/$name " "$here/images/list")
  docker image rm "$image" >/dev/null
}

# the package for the boot servers: the one given, or that of the version given, or the newest built, or a first one
find_deb() {
  local deb=$1 version=$2
  if [ -z "$deb" ]; then
    [ -n "$version" ] || deb=$(newest_package)
  fi
  if [ -z "$deb" ]; then
    version=${version:-$first_version}
    deb=$repo/build/deb/neco_${version}_amd64.deb
    "$repo/bin/deb" "$version" >&2 || die "bin/deb $version failed"
  fi
  echo "$deb"
}

install_neco() {
  local deb version h jobs=() target
  deb=$(find_deb "$@") || exit 1
  version=$(dpkg-deb -f "$deb" Version) || die "$deb is no Debian package"
  target=neco_${version}_amd64.deb
  for h in boot-0 boot-1 boot-2; do
    (
      [ "$(docker exec "$lab-$h" dpkg-query -W -f '${db:Status-Abbrev}' neco 2>/dev/null)" != "ii " ] || exit 0
      docker exec -i "$lab-$h" sh -c "cat >/tmp/$target && dpkg -i /tmp/$target" <"$deb" >"$state/dpkg-$h.log" 2>&1 || {
        cat "$state/dpkg-$h.log" >&2
        die "dpkg could not install $deb on $h"
      }
    ) &
    jobs+=($!)
  done
  for j in "${jobs[@]}"; do wait "$j" || exit 1; done
  # the release that a data centre was set up from exists on the server, too
  . "$here/release.sh"
  [ -e "$(release_directory "$release_repository" "$version")" ] || publish "$deb" "$version" "$release_repository" false
  say "neco $version is installed on boot-0, boot-1 and boot-2 ($deb)"
}
