# What a lab is made of, made once per machine and kept: the lab's own certificate authority, the images of its hosts,
# and the content of its registry. Every product's name carries a hash of its recipe. Sourced by bin/lab.

. "$here/images.sh"

codename=$(. /etc/os-release && echo "$VERSION_CODENAME")

# hash FILE-OR-DIRECTORY… : names, modes and contents; more text on standard input
recipe_hash() {
  {
    cat
    for path; do
      [ -e "$path" ] || continue
      (cd "$path" 2>/dev/null || cd "$(dirname "$path")" && find "./$([ -d "$path" ] || basename "$path")" -type f -printf '%P %m\n' | LC_ALL=C sort)
      find "$path" -type f -print0 | LC_ALL=C sort -z | xargs -0 cat
    done
  } | sha256sum | cut -c1-12
}
image_there() { docker image inspect "$1" >/dev/null 2>&1; }

scratch_directory() { # big and fast where there is room
  local free
  free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 {print $4}') || true
  if [ "${free:-0}" -gt 3000000 ]; then mktemp -d "/dev/shm/neco-lab.$$.XXXXXX"; else mktemp -d "/tmp/neco-lab.$$.XXXXXX"; fi
}
filling='' # the registry that is being filled, while it is
trap '[ -z "$filling" ] || kill "$filling"; rm -rf /dev/shm/neco-lab.$$.* /tmp/neco-lab.$$.*' EXIT

build_ca() {
  mkdir -p "$cache/ca/trusted" # a directory with the certificate alone, for programs that would take a key beside it for theirs
  [ ! -s "$cache/ca/ca.crt" ] || {
    [ -s "$cache/ca/trusted/ca.crt" ] || cp "$cache/ca/ca.crt" "$cache/ca/trusted/"
    return 0
  }
  (umask 077 && openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$cache/ca/ca.key")
  openssl req -x509 -new -key "$cache/ca/ca.key" -days 3650 -subj "/O=Neco lab/CN=Neco lab CA" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -out "$cache/ca/ca.crt.new"
  cp "$cache/ca/ca.crt.new" "$cache/ca/trusted/ca.crt"
  mv "$cache/ca/ca.crt.new" "$cache/ca/ca.crt"
}

# certificate_serves FILE ADDRESS: whether it is there, of this CA, and for this address; one of an earlier lab may be neither
certificate_serves() { openssl verify -CAfile "$cache/ca/ca.crt" -verify_ip "$2" "$1" >/dev/null 2>&1; }

# certificate DIRECTORY NAME SAN
certificate() {
  local d=$1 name=$2 san=$3
  (umask 077 && openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$d/$name.key")
  openssl req -new -key "$d/$name.key" -subj "/O=Neco lab/CN=$name" -out "$d/$name.csr"
  openssl x509 -req -in "$d/$name.csr" -CA "$cache/ca/ca.crt" -CAkey "$cache/ca/ca.key" -set_serial "0x$(openssl rand -hex 8)" \
    -days 3650 -out "$d/$name.crt" 2>/dev/null -extfile <(
      printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n' "$san"
    )
  rm "$d/$name.csr"
}

# pigz: the engine unpacks images with it where it is there, in half the time
base_packages=perl,systemd,systemd-sysv,dbus,docker.io,pigz,iptables,curl,jq,procps,iproute2,iputils-ping,openssh-server,sudo,ca-certificates
# a package of its own since Debian 13
! apt-cache show docker-cli >/dev/null 2>&1 || base_packages+=,docker-cli
# this machine's own distribution and package sources, so that binaries taken from here run there
package_sources() {
  apt-get indextargets --format '$(ORIGIN) $(RELEASE) $(REPO_URI) $(COMPONENT)' "Created-By: Packages" |
    awk '($1 == "Debian" || $1 == "Ubuntu") && ($4 == "main" || $4 == "universe") && $2 !~ /backports|proposed/ {print "deb", $3, $2, $4}' | sort -u
}
base_image() { echo "neco-lab/base:$(echo "$codename $base_packages 1" | recipe_hash)"; }

build_base() {
  local image scratch
  image=$(base_image)
  ! image_there "$image" || return 0
  say "building the operating system of the hosts ($codename; once per machine, under a minute)"
  [ -n "$(package_sources)" ] || apt-get update -qq || die "apt-get update failed, and without package lists no host can be built"
  mkdir -p "$cache/debs"
  scratch=$(scratch_directory)
  export cache
  if ! package_sources | TMPDIR=$scratch mmdebstrap --quiet --mode=root --variant=minbase --include="$base_packages" \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
    --setup-hook='mkdir -p "$1/var/cache/apt/archives"; cp -n "$cache"/debs/*.deb "$1/var/cache/apt/archives/" 2>/dev/null || true' \
    --customize-hook='cp -n "$1"/var/cache/apt/archives/*.deb "$cache/debs/" 2>/dev/null || true' \
    --customize-hook=': >"$1/etc/machine-id"; rm -f "$1/var/lib/dbus/machine-id" "$1/etc/hostname" "$1/etc/resolv.conf"; mkdir -p "$1/usr/share/man/man1"' \
    "$codename" "$scratch/base.tar" - >"$cache/base.log" 2>&1; then
    tail -20 "$cache/base.log" >&2
    die "mmdebstrap failed; its log is $cache/base.log"
  fi
  docker import -c 'ENV container=docker' "$scratch/base.tar" "$image" >/dev/null
  rm -rf "$scratch"
}

# layer BASE IMAGE SCRIPT DIRECTORY…: the directories' files laid over BASE, then SCRIPT run in it
layer() {
  local base=$1 image=$2 script=$3 id
  shift 3
  id=$(docker create -i --network none "$base" /bin/sh -ec "$script")
  {
    for d; do tar -C "$d" --numeric-owner --owner=0 --group=0 --mode=u=rwX,go=rX -cf - . | docker cp - "$id:/"; done
    docker start -a "$id" && docker commit -c 'CMD ["/usr/sbin/lab-init"]' "$id" "$image"
  } >"$cache/layer.log" 2>&1 || {
    cat "$cache/layer.log" >&2
    docker rm -f "$id" >/dev/null
    die "could not build $image"
  }
  docker rm "$id" >/dev/null
}

# Units that would reach for the outer machine or wait for hardware that is not there.
masked="systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-modules-load.service
  systemd-sysctl.service sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount
  dev-hugepages.mount dev-mqueue.mount systemd-timesyncd.service systemd-networkd.service systemd-resolved.service getty.target
  console-getty.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer"
common_script='
cd /etc/systemd/system
for unit in '$(echo $masked)'; do ln -sf /dev/null $unit; done
systemctl enable -q lab-net.service
'
host_script=$common_script'
update-ca-certificates >/dev/null
systemctl enable -q ssh.service docker.service cke.service cke-localproxy.service
useradd --create-home --shell /bin/bash --groups sudo,docker cybozu
mkdir -p /run/sshd
'
host_image() { echo "neco-lab/host:$(echo "$(base_image) $host_script" | recipe_hash "$here/common" "$here/host" "$cache/ca/ca.crt")"; }
build_host() {
  local image scratch
  build_base
  image=$(host_image)
  ! image_there "$image" || return 0
  say "building the image of a boot server"
  scratch=$(scratch_directory)
  mkdir -p "$scratch/usr/local/share/ca-certificates"
  cp "$cache/ca/ca.crt" "$scratch/usr/local/share/ca-certificates/neco-lab.crt"
  layer "$(base_image)" "$image" "$host_script" "$here/common" "$here/host" "$scratch"
  rm -rf "$scratch"
}

# the newest JDK of this machine that can make a runtime image
jdk() {
  local home version best='' best_version=0
  for home in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/*; do
    [ -x "$home/bin/javac" ] && [ -x "$home/bin/jlink" ] && [ -d "$home/jmods" ] && [ -r "$home/release" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if [ "${version:-0}" -gt "$best_version" ]; then best=$home best_version=$version; fi
  done
  [ "$best_version" -ge 17 ] || die "no JDK 17 or newer is here: run bin/internal/prepare"
  echo "$best"
}

internet_sources=$repo/dctest/src/main/java/io/neco/dctest/internet
internet_script=$common_script'
systemctl enable -q lab-registry.service lab-web.service lab-tls.service lab-proxy.service
systemctl disable -q docker.service docker.socket containerd.service ssh.service
'
# A runtime of its own beneath, so that a change of the servers' source takes a second and not ten.
runtime_image() { echo "neco-lab/runtime:$(echo "$(base_image) $(cat "$1/release")" | recipe_hash)"; }
internet_image() {
  echo "neco-lab/internet:$({
    echo "$1 $internet_script"
    dpkg-query -W -f '${Package} ${Version}\n' docker-registry nginx nginx-light 2>/dev/null || true
  } | recipe_hash "$here/common" "$here/internet" "$internet_sources")"
}

build_internet() {
  local jdk runtime image scratch
  jdk=$(jdk)
  runtime=$(runtime_image "$jdk")
  image=$(internet_image "$runtime")
  ! image_there "$image" || return 0
  say "building the image of the host that plays the Internet"
  scratch=$(scratch_directory)
  if ! image_there "$runtime"; then
    mkdir -p "$scratch/runtime/opt/lab"
    "$jdk/bin/jlink" --add-modules java.base,jdk.httpserver --strip-debug --no-man-pages --no-header-files \
      --output "$scratch/runtime/opt/lab/runtime" 2>"$cache/jlink.log" || { cat "$cache/jlink.log" >&2; die "jlink failed"; }
    layer "$(base_image)" "$runtime" true "$scratch/runtime"
  fi
  mkdir -p "$scratch/top/opt/lab/classes" "$scratch/top/usr/bin" "$scratch/top/usr/sbin"
  find "$internet_sources" -name '*.java' ! -name package-info.java \
    -exec "$jdk/bin/javac" --release 17 -nowarn -d "$scratch/top/opt/lab/classes" {} + >"$cache/javac.log" 2>&1 ||
    { cat "$cache/javac.log" >&2; die "javac failed"; }
  cp "$(command -v docker-registry)" "$scratch/top/usr/bin/"
  cp "$(PATH=$PATH:/usr/sbin command -v nginx)" "$scratch/top/usr/sbin/"
  layer "$runtime" "$image" "$internet_script" "$here/common" "$here/internet" "$scratch/top"
  rm -rf "$scratch"
}
