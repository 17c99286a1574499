# Own images in the lab's registry; sourced by bin/lab.
. "$here/build.sh"

lab_push() {
  [ $# = 1 ] || [ $# = 2 ] || usage_error "push needs an image, and perhaps the name it is to have"
  local image=$1 name=${2:-$1}
  [[ $name =~ ^(quay\.io|ghcr\.io)/.+:[^/:]+$ ]] || die "'$name' is not a name in the lab's registry: quay.io/…:TAG or ghcr.io/…:TAG"
  image_there "$image" || die "this machine's engine has no image '$image'"
  need_running internet
  need_own_images "nobody asks its registry"
  push_image "$image" "$(subnet).2/${name#*/}" --dest-cert-dir "$cache/ca/trusted"
  say "pushed $name"
}
