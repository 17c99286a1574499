# What the images of the stand-ins have in common: a linked Java runtime, jars, an archive of loaded classes, glibc and
# busybox of this machine. Sourced by vault-image and sabakan-image, which set $program before.

die() { echo "$program-image: $*" >&2; exit 1; }
say() { echo "$program-image: $*"; }

export LC_ALL=C TZ=UTC
umask 022
root=$(realpath "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../..")
label=io.neco.$program-image
command -v busybox >/dev/null || die "busybox is missing; bin/internal/prepare installs what is needed"
busybox=$(readlink -f "$(command -v busybox)")

find_jdk() { # the newest one
    local home version best='' best_version=0
    [ -z "${NECO_JDK:-}" ] || { echo "$NECO_JDK"; return; }
    for home in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/* /opt/*jdk*; do
        if ! [ -x "$home/bin/jlink" ] || ! [ -x "$home/bin/javac" ] || ! [ -r "$home/release" ]; then continue; fi
        version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$home/release")
        if [ "$(printf '%s\n' "$best_version" "$version" | sort -V | tail -1)" != "$best_version" ]; then
            best=$home best_version=$version
        fi
    done
    [ -n "$best" ] || die "no JDK found; bin/internal/prepare installs one"
    readlink -f "$best"
}

# begin HASH: ends the script when the image is there and made of the same inputs; prepares the directories otherwise
begin() {
    hash=$1
    if [ "$(docker image inspect -f "{{index .Config.Labels \"$label\"}}" "$tag" 2>/dev/null)" = "$hash" ]; then
        say "$tag is up to date"
        exit 0
    fi
    mkdir -p "$root/build"
    work=$(mktemp -d "$root/build/$program-image.XXXXXX") # labs may make theirs at the same time
    chmod 755 "$work"
    image=$work/root opt=$work/root/usr/local/$program
    etcd_pid='' container=''
    work_tag=neco-$program-image-work:$hash
    trap cleanup EXIT
    skeleton
}
cleanup() {
    [ -z "$etcd_pid" ] || kill "$etcd_pid" 2>/dev/null || true
    [ -z "$container" ] || docker rm -fv "$container" >/dev/null 2>&1 || true
    docker rmi -f "$work_tag" >/dev/null 2>&1 || true
    rm -rf "$work"
}

# inputs PACKAGE…: prints what a stand-in is made of, for its hash
inputs() {
    cat "$0" "${BASH_SOURCE[0]}" "$busybox" "$jdk/release" "$root/pom.xml" "$root/dctest/pom.xml" || return
    local package
    for package; do
        find "$root/dctest/src/main/java/io/neco/dctest/$package" -type f -print0 | sort -z | xargs -0 cat || return
    done
}

skeleton() {
    mkdir -p "$opt" "$image"/{bin,etc/ssl/certs,tmp,usr/bin,usr/local/bin,proc,dev,sys}
    chmod 1777 "$image/tmp"
    printf 'root:x:0:0:root:/root:/bin/sh\n%s:x:10000:10000:%s:/:/bin/sh\n' "$program" "$program" >"$image/etc/passwd"
    printf 'root:x:0:\n%s:x:10000:\n' "$program" >"$image/etc/group"
    echo 'hosts: files dns' >"$image/etc/nsswitch.conf"
    cp "$busybox" "$image/bin/busybox"
    libraries "$busybox"
    local applet
    for applet in sh cp mv rm ln mkdir chmod dirname readlink ls cat touch; do ln -s busybox "$image/bin/$applet"; done
}

libraries() { # copies what these programs are linked with
    local file
    { ldd "$@" 2>/dev/null || true; } | sed -nE 's,.*[[:space:]](/[^ :]+\.so[^ :]*).*,\1,p' | sort -u | while read -r file; do
        case $file in "$image"/*) continue ;; esac
        mkdir -p "$image$(dirname "$file")"
        [ -e "$image$file" ] || cp -L "$file" "$image$file"
    done
}

# import TAG OPTION…: further options of docker import
import() {
    tar -C "$image" --sort=name --numeric-owner --owner=0 --group=0 -cf - . | docker import \
        -c "ENTRYPOINT [\"/usr/local/bin/$program\"]" -c 'ENV PATH=/usr/local/bin:/bin' \
        -c "LABEL $label=$hash" "${image_options[@]}" "${@:2}" - "$1" >/dev/null
}

# build_jars LIBRARIES PACKAGE…: the classes of these packages below io.neco.dctest as one jar, and the libraries whose
# names match the pattern
build_jars() {
    local pattern=$1 package jar entries=()
    shift
    say "building with $("$jdk/bin/java" -version 2>&1 | sed -n 2p)"
    maven() { (cd "$root" && mvn -q -B -Dquick -pl dctest -am "$@" test-compile dependency:build-classpath \
        -Dmdep.outputFile=target/standin-classpath -Dmdep.includeScope=runtime); }
    maven -o 2>"$work/maven.log" || maven || die "the program does not build"
    mkdir -p "$opt/lib"
    for package; do entries+=(-C "$root/dctest/target/classes" "io/neco/dctest/$package"); done
    "$jdk/bin/jar" --create --no-compress --file "$opt/lib/$program.jar" --main-class "io.neco.dctest.$program.Main" "${entries[@]}"
    tr ':' '\n' <"$root/dctest/target/standin-classpath" | grep -E "/$pattern-[^/]*\\.jar\$" |
        while read -r jar; do
            # signed jars are verified class by class, and none of their classes may go into an archive
            mkdir "$work/jar" && (cd "$work/jar" && "$jdk/bin/jar" --extract --file "$jar")
            rm -rf "$work"/jar/META-INF/{*.SF,*.RSA,*.DSA,*.EC,versions,maven} "$work/jar/org/bouncycastle/pqc"
            # beside the jars it need not be unpacked at each start
            find "$work/jar" -name '*.so' -exec mv {} "$opt/lib/" ';'
            sed -i '/^Multi-Release:/d;/^Name: /,$d' "$work/jar/META-INF/MANIFEST.MF"
            "$jdk/bin/jar" --create --no-compress --file "$opt/lib/$(basename "$jar")" \
                --manifest "$work/jar/META-INF/MANIFEST.MF" -C "$work/jar" .
            rm -rf "$work/jar"
        done
}

# build_runtime MODULES: the runtime, and the options that every program of it is started with
build_runtime() {
    local lib file linked
    "$jdk/bin/jlink" --add-modules "$1" --output "$opt/runtime" \
        --strip-java-debug-attributes --no-header-files --no-man-pages --vm server 2>"$work/jlink.log" ||
        { cat "$work/jlink.log" >&2; die "jlink failed"; }
    find "$opt/runtime" -name '*.so' -exec strip --strip-unneeded {} + 2>/dev/null || true
    rm -rf "$opt"/runtime/{legal,conf/management,bin/keytool,bin/rmiregistry,bin/jwebserver}
    mapfile -d '' -t linked < <(find "$opt/runtime" -name '*.so' -print0)
    libraries "$opt/runtime/bin/java" "${linked[@]}"
    # name resolution is loaded at run time
    for lib in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
        file=$(ldconfig -p | sed -n "s/.*$lib .*x86-64.*=> //p" | head -1)
        [ -z "$file" ] || { mkdir -p "$image$(dirname "$file")" && cp -L "$file" "$image$file"; }
    done
    cat >"$opt/options" <<'O'
-XX:+IgnoreUnrecognizedVMOptions
-XX:+UseSerialGC
-Xms16m
-Xmx64m
-Xss512k
-XX:ReservedCodeCacheSize=32m
-XX:-UsePerfData
-XX:+UnlockDiagnosticVMOptions
-XX:-AOTReplayTraining
-Xlog:disable
-Djdk.tls.namedGroups=x25519
O
}

# finish_launcher: fills in how the archive of classes is used, and where the jars are; the launcher is $opt/$program
finish_launcher() {
    local major classpath
    major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$jdk/release")
    if [ "$major" -ge 25 ]; then
        use=AOTCache make="AOTMode=record -XX:AOTConfiguration"
    else
        use=SharedArchiveFile make=ArchiveClassesAtExit
        "$opt/runtime/bin/java" -Xshare:dump >/dev/null || die "no base archive of classes could be made"
    fi
    # the class path must be the same text, in the same order, in every run that uses the archive
    # shellcheck disable=SC2016 # the launcher expands it
    classpath=$(find "$opt/lib" -name '*.jar' -printf '$d/lib/%f\n' | sort -r | paste -sd:)
    sed -i "s/ARCHIVE_OPTION/$use/;s,\\\$d/lib/\\*,$classpath," "$opt/$program"
    chmod 755 "$opt/$program"
    ln -s "../$program/$program" "$image/usr/local/bin/$program"
}

free_ports() { # count; ports of the machine that nobody listens on, below the range of automatic ones
    local port found=0
    for port in $(shuf -i 20000-31999 -n 200); do
        [ $found -lt "$1" ] || break
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then printf '%s ' "$port"; found=$((found + 1)); fi
    done
    echo
}

can_rehearse() { command -v etcd >/dev/null && command -v openssl >/dev/null; }

# rehearsal_etcd DIRECTORY CLIENT-PORT PEER-PORT: an authority, a certificate, and an etcd that wants it
rehearsal_etcd() {
    local train=$1 client=$2 peer=$3
    mkdir -p "$train/home"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -addext basicConstraints=critical,CA:TRUE \
        -keyout "$train/ca.key" -out "$train/ca.crt" 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$train/host.key" -out "$train/host.csr" 2>/dev/null
    openssl rsa -in "$train/host.key" -traditional -out "$train/host.key" 2>/dev/null
    openssl x509 -req -in "$train/host.csr" -CA "$train/ca.crt" -CAkey "$train/ca.key" -CAcreateserial -days 2 \
        -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n') \
        -out "$train/host.crt" 2>/dev/null
    timeout 300 etcd --data-dir "$train/etcd" --listen-client-urls "https://127.0.0.1:$client" \
        --advertise-client-urls "https://127.0.0.1:$client" --listen-peer-urls "http://127.0.0.1:$peer" \
        --initial-advertise-peer-urls "http://127.0.0.1:$peer" --initial-cluster "default=http://127.0.0.1:$peer" \
        --cert-file "$train/host.crt" --key-file "$train/host.key" --client-cert-auth --trusted-ca-file "$train/ca.crt" \
        --unsafe-no-fsync >"$train/etcd.log" 2>&1 &
    etcd_pid=$!
}

# rehearse DIRECTORY ARGUMENT…: plays the program through in the image made so far, and keeps the archive of the classes
# that it needed
rehearse() {
    local train=$1 archive=$program.archive
    shift
    # the same launcher, so that options and class path are those of later
    sed "s,-XX:$use=\"\\\$d/$archive\",-XX:$make=\"/train/$archive\",;s/dctest\\.$program\\.Main/dctest.$program.Rehearsal/" \
        "$opt/$program" >"$train/$program"
    sed -i "s,^d=.*,d=/usr/local/$program," "$train/$program"
    chmod 755 "$train/$program"
    container=neco-$program-image-$hash
    timeout 240 docker run --name "$container" --network host -u 0:0 -v "$train:/train" \
        -v "$train/ca.crt:/etc/ssl/certs/ca-certificates.crt:ro" --entrypoint "/train/$program" \
        "$work_tag" "$@" >"$work/rehearsal.log" 2>&1 ||
        { cat "$work/rehearsal.log" >&2; return 1; }
    grep '^rehearsal:' "$work/rehearsal.log" >&2 && return 1
    if [ "$use" = AOTCache ] && [ -s "$train/$archive" ]; then
        mv "$train/$archive" "$train/classes"
        sed -i "s,-XX:AOTMode=record.*$program\\.archive\",-XX:AOTMode=create -XX:AOTConfiguration=/train/classes -XX:AOTCache=/train/$archive," "$train/$program"
        docker rm -fv "$container" >/dev/null
        timeout 240 docker run --name "$container" --network none -u 0:0 -v "$train:/train" --entrypoint "/train/$program" \
            "$work_tag" >"$work/rehearsal.log" 2>&1 || { cat "$work/rehearsal.log" >&2; return 1; }
    fi
    [ -s "$train/$archive" ] || { cat "$work/rehearsal.log" >&2; return 1; }
    cp "$train/$archive" "$opt/$archive"
    chmod 644 "$opt/$archive"
}

# without_archive WHY: the image is made all the same, but not for good: it is not what the next call finds up to date
without_archive() {
    say "warning: $1: it will start slowly"
    hash=$hash-slow
}

made() { say "$tag made: $(docker image inspect -f '{{.Size}}' "$tag" | awk '{printf "%.0f MB", $1 / 1e6}')"; }
