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
  cp "$(command -v busybox)" "$d/bin/busybox"
  for applet in sh cat chmod cp echo env id install ln ls mkdir mv printf rm sleep; do ln -s busybox "$d/bin/$applet"; done
}
# program ROOT DIRECTORY BINARY…: the binaries into DIRECTORY, their shared libraries where they are on this machine
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
image_idle() {
  local name=${3##*/}
  image_root "$2"
  mkdir -p "$2/usr/local/$name"
  cp "$here/images/idle" "$2/usr/local/$name/$name"
  cp "$here/images/idle-install-tools" "$2/usr/local/$name/install-tools"
  image_import "$2" "$1" "ENTRYPOINT [\"/usr/local/$name/$name\"]" "ENV PATH=/usr/local/$name:/bin:/usr/bin" "ENV LAB_IMAGE=$3"
}
# The stand-in, made from this tree; the image stays in the engine, where its recipe finds it up to date the next time.
image_vault() {
  "$repo/bin/internal/vault-image" "$1" >"$cache/vault-image.log" 2>&1 || {
    cat "$cache/vault-image.log" >&2
    die "bin/internal/vault-image failed"
  }
}

# push_image NAME REGISTRY/NAME FLAG…: from this machine's engine into a registry, image ID kept
push_image() {
  local name=$1 to=$2 scratch
  shift 2
  scratch=$(scratch_directory)
  docker save -o "$scratch/image.tar" "$name"
  skopeo copy -q --insecure-policy "$@" "docker-archive:$scratch/image.tar" "docker://$to" 2>"$scratch/err" || {
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
  } | recipe_hash "$here/images" "$here/images.sh" "$repo/bin/internal/vault-image" \
    "$repo/pom.xml" "$repo/dctest/pom.xml" "$repo"/dctest/src/main/java/io/neco/dctest/{etcd,json,storage,tls,vault})"
}

build_registry() {
  local content scratch port repository tag recipe name log
  content=$(registry_content)
  [ ! -d "$content" ] || return 0
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
  wait_until 20 "registry" curl -sf "http://127.0.0.1:$port/v2/" -o /dev/null || die "the registry that is being filled did not answer: $log"
  while read -r repository tag recipe; do
    case $repository in '#'* | '') continue ;; esac
    name=neco-lab/content/${repository##*/}:$tag # not its real name: this machine may know a real image of that name
    mkdir "$scratch/root"
    "image_$recipe" "$name" "$scratch/root" "$repository"
    rm -rf "$scratch/root"
    push_image "$name" "127.0.0.1:$port/${repository#*/}:$tag" --dest-tls-verify=false
    [ "$recipe" = vault ] || docker image rm "$name" >/dev/null
  done <"$here/images/list"
  kill "$filling"
  wait "$filling" 2>/dev/null || true
  filling=
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
