# The content of the lab's registry: images made from Debian's binaries, named and tagged as the artifact set says, and
# stand-ins for what Debian does not have. Sourced by build.sh.

# root DIRECTORY: the least that a program and a shell script need
image_root() {
  local d=$1 applet
  mkdir -p "$d"/{bin,etc,tmp,usr/bin,var/lib,proc,sys,dev}
  chmod 1777 "$d/tmp"
  printf 'root:x:0:0:root:/:/bin/sh\nneco:x:10000:10000:neco:/:/bin/sh\n' >"$d/etc/passwd"
  printf 'root:x:0:\nneco:x:10000:\n' >"$d/etc/group"
  echo 'hosts: files dns' >"$d/etc/nsswitch.conf"
  image_program "$d" /bin "$(command -v busybox)" # a system may have brought one that is not static
  for applet in sh cat chmod cp date echo env grep httpd id install kill ln ls mkdir mv printf rm sed sleep touch; do ln -s busybox "$d/bin/$applet"; done
}
# image_program ROOT DIRECTORY BINARY…: the binaries into DIRECTORY, their shared libraries where they are on this machine
image_program() {
  local d=$1 to=$2 binary library
  shift 2
  mkdir -p "$d$to"
  for binary; do
    cp -L "$binary" "$d$to/"
    for library in $(ldd "$binary" 2>/dev/null | grep -oE '/[^ ]+\.so[^ ]*'); do
      mkdir -p "$d$(dirname "$library")"
      cp -L "$library" "$d$library"
    done
  done
}
# import ROOT NAME CHANGE…
image_import() {
  local d=$1 name=$2 change changes=()
  shift 2
  for change; do changes+=(-c "$change"); done
  tar -C "$d" --sort=name --mtime=@1653436800 --numeric-owner --owner=0 --group=0 -cf - . | docker import "${changes[@]}" - "$name" >/dev/null
}

image_etcd() {
  image_root "$2"
  image_program "$2" /usr/local/etcd/bin "$(command -v etcd)" "$(command -v etcdctl)"
  cp "$here/images/etcd-install-tools" "$2/usr/local/etcd/install-tools"
  image_import "$2" "$1" 'ENTRYPOINT ["/usr/local/etcd/bin/etcd"]' 'USER 10000:10000' \
    'ENV PATH=/usr/local/etcd/bin:/bin:/usr/bin' 'ENV ETCDCTL_API=3' 'EXPOSE 2379 2380' 'VOLUME /var/lib/etcd'
}
image_serf() {
  image_root "$2"
  image_program "$2" /usr/local/serf/bin "$(command -v serf)"
  cp "$here/images/serf-install-tools" "$2/usr/local/serf/install-tools"
  image_import "$2" "$1" 'ENTRYPOINT ["/usr/local/serf/bin/serf"]' 'ENV PATH=/usr/local/serf/bin:/bin:/usr/bin'
}
# Images that nodes get, and nothing here runs: some layers, the lowest common to all, others as large as their names say.
# layered NAME DIRECTORY REPOSITORY PROGRAM: with the program and install-tools in DIRECTORY/program
layered() {
  local name=$1 d=$2 program=${3##*/} seed size
  image_there neco-lab/content/base:1 || {
    image_root "$d/base"
    image_import "$d/base" neco-lab/content/base:1
  }
  seed=$(echo "$program" | cksum | cut -d' ' -f1)
  size=$((100000 + seed % 900000))
  mkdir -p "$d/context/program" "$d/context/data"
  cp -a "$d/program/." "$d/context/program/"
  # cannot be compressed, and is the same every time
  openssl enc -aes-128-ctr -pass "pass:$program" -nosalt -md sha256 -in /dev/zero 2>/dev/null | head -c $size >"$d/context/data/content" || true
  cat >"$d/context/Dockerfile" <<D
FROM neco-lab/content/base:1
COPY program/ /usr/local/$program/
COPY data/ /usr/share/$program/
ENV PATH=/usr/local/$program:/bin:/usr/bin LAB_IMAGE=$3
ENTRYPOINT ["/usr/local/$program/$4"]
D
  DOCKER_BUILDKIT=0 docker build -q -t "$name" "$d/context" >/dev/null 2>"$cache/docker-build.log" || {
    cat "$cache/docker-build.log" >&2
    die "docker could not build $name"
  }
}
image_idle() {
  mkdir -p "$2/program"
  cp "$here/images/idle" "$2/program/${3##*/}"
  cp "$here/images/idle-install-tools" "$2/program/install-tools"
  layered "$1" "$2" "$3" "${3##*/}"
}
image_promtail() {
  mkdir -p "$2/program/www"
  cp "$here/images/promtail" "$here/images/serve" "$2/program/"
  echo ready >"$2/program/www/ready"
  printf '# TYPE promtail_build_info gauge\npromtail_build_info{version="lab"} 1\n' >"$2/program/www/metrics"
  layered "$1" "$2" "$3" promtail
}
image_setup_hw() {
  mkdir -p "$2/program/www"
  cp "$here"/images/{setup-hw,monitor-hw,serve} "$2/program/"
  printf '# TYPE hw_processor_status_health gauge\nhw_processor_status_health{processor="lab"} 0\n' >"$2/program/www/metrics"
  layered "$1" "$2" "$3" monitor-hw
}
# the image of another tag under this one, told apart by a label: an upgrade in which nothing else has changed
image_again() {
  mkdir -p "$2/context"
  printf 'FROM %s\nLABEL lab.tag=%s\n' "${1%:*}:$4" "${1##*:}" >"$2/context/Dockerfile"
  DOCKER_BUILDKIT=0 docker build -q -t "$1" "$2/context" >/dev/null 2>"$cache/docker-build.log" || {
    cat "$cache/docker-build.log" >&2
    die "docker could not build $1"
  }
}
# The stand-ins, made from this tree; the images stay in the engine, where their recipes find them up to date the next time.
image_vault() { image_standin vault "$1"; }
image_sabakan() { image_standin sabakan "$1"; }
image_standin() {
  "$repo/bin/internal/$1-image" "$2" >"$cache/$1-image.log" 2>&1 || {
    cat "$cache/$1-image.log" >&2
    die "bin/internal/$1-image failed"
  }
  grep '^[a-z-]*: warning: ' "$cache/$1-image.log" >>"$scratch/warnings" || true
}

# push_image NAME REGISTRY/NAME FLAG…: from this machine's engine into a registry, image ID kept
push_image() {
  local name=$1 to=$2 scratch
  shift 2
  scratch=$(scratch_directory)
  docker save -o "$scratch/image.tar" "$name"
  # the registry is on this machine
  env -u http_proxy -u https_proxy -u HTTP_PROXY -u HTTPS_PROXY -u all_proxy -u ALL_PROXY skopeo copy -q --insecure-policy "$@" "docker-archive:$scratch/image.tar" "docker://$to" 2>"$scratch/err" || {
    cat "$scratch/err" >&2
    die "could not push $name"
  }
  rm -rf "$scratch"
}

# where a registry's content lies once it is built; never changed afterwards, labs lay their own changes over it
registry_content() {
  echo "$cache/registry-$({
    cat "$(jdk)/release"
    dpkg-query -W -f '${Package} ${Version}\n' etcd-server etcd-client serf busybox-static libc6 2>/dev/null || true
  } | recipe_hash "$here/images" "$here/images.sh" "$repo"/bin/internal/{vault-image,sabakan-image,standin-image.sh} \
    "$repo/pom.xml" "$repo/dctest/pom.xml" "$repo"/dctest/src/main/java/io/neco/dctest/{etcd,json,sabakan,storage,tls,vault})"
}

build_registry() {
  local content scratch port repository tag recipe more name log names=()
  content=$(registry_content)
  if [ -d "$content" ]; then
    [ ! -s "$content.warnings" ] || say "the lab's registry was made with warnings; when no lab is up, rm -r $content, and it is made again: $(paste -sd ' ' "$content.warnings")"
    return 0
  fi
  say "making the images of the lab's registry"
  scratch=$(scratch_directory)
  rm -rf "$content.new"
  mkdir -p "$content.new"
  log=$cache/registry.log

  cat >"$scratch/registry.yml" <<YML
version: 0.1
log: {level: info}
storage: {filesystem: {rootdirectory: $content.new}}
http: {addr: "127.0.0.1:$(free_port)"}
YML
  port=$(sed -n 's/.*127.0.0.1:\([0-9]*\).*/\1/p' "$scratch/registry.yml")
  docker-registry serve "$scratch/registry.yml" >"$log" 2>&1 7>&- &
  filling=$!
  wait_until 20 "registry" curl -sf --noproxy '*' "http://127.0.0.1:$port/v2/" -o /dev/null || die "the registry that is being filled did not answer: $log"
  while read -r repository tag recipe more; do
    case $repository in '#'* | '') continue ;; esac
    name=neco-lab/content/${repository##*/}:$tag # not its real name: this machine may know a real image of that name
    mkdir "$scratch/root"
    "image_$recipe" "$name" "$scratch/root" "$repository" "$more"
    rm -rf "$scratch/root"
    push_image "$name" "127.0.0.1:$port/${repository#*/}:$tag" --dest-tls-verify=false
    case $recipe in vault | sabakan) ;; *) names+=("$name") ;; esac
  done <"$here/images/list"
  docker image rm "${names[@]}" neco-lab/content/base:1 >/dev/null
  kill "$filling"
  wait "$filling" 2>/dev/null || true
  filling=
  rm -f "$content.warnings"
  [ ! -s "$scratch/warnings" ] || {
    cat "$scratch/warnings" >&2
    mv "$scratch/warnings" "$content.warnings"
  }
  mv "$content.new" "$content"
  rm -rf "$scratch"
}
free_port() { # not taken now, from below the range that the kernel hands out
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo $port
}
