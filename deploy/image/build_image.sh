#!/usr/bin/env bash
# Makes the OCI image of an agency's node, without a container daemon and without root:
#
#   build_image.sh OUT_DIR [BIN_DIR]
#
# OUT_DIR must not exist yet; it becomes an OCI image layout with the tag "agency_node". BIN_DIR is bazel-bin (the
# default) or a copy of it. docs/node_image.md says what is in the image and how it is run.
#
# The same binaries and the same Debian packages give the same digest, byte for byte: names are sorted, times and
# owners fixed. SOURCE_DATE_EPOCH is the image's creation time and IMAGE_REVISION its revision label (default: time and
# name of the commit; outside of git 0 and "unknown").
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
# Locale and library path of whoever builds must not change what is built.
export LC_ALL=C
unset LD_LIBRARY_PATH LD_PRELOAD

readonly user_id=65532
readonly tag=agency_node
readonly cascades=(haarcascade_frontalface_alt2.xml haarcascade_eye.xml)
# Where a node's files are mounted; the image has the empty folders.
readonly mount_points=(etc/fusionhub srv/fusionhub/keys srv/fusionhub/policy srv/fusionhub/records)

fail() {
  echo "build_image.sh: $*" >&2
  exit 1
}

[[ $# -eq 1 || $# -eq 2 ]] || { sed -n '2,/^set -euo/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
[[ ! -e $1 ]] || fail "$1 exists already; remove it or choose another folder"
bin=${2:-$repository/bazel-bin}
for binary in agency_node/agency_node face_matcher/image_sandbox; do
  [[ -x $bin/$binary ]] || fail "$bin/$binary is not there; build it with deploy/bazel.sh, or name BIN_DIR"
done
bin=$(cd "$bin" && pwd)
"$here/../install_packages.sh" "$here/packages-image.txt"

mkdir -p "$(dirname "$1")"
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/system" "$work/program" "$work/oci"
shipped=$work/shipped # every file of the machine that goes into the image, as its package knows it

# Copies one file of the machine into the system layer and remembers it. The content is copied, also behind links.
ship() { # file, path in the image
  mkdir -p "$work/system/$(dirname "$2")"
  cp -L --no-preserve=all "$1" "$work/system/$2"
  realpath "$1" >>"$shipped"
}

# Every path that the dynamic loader opens for the binaries, itself included, one per line.
needed_libraries() { # binaries...
  local binary listed
  for binary in "$@"; do
    listed=$(ldd "$binary") || fail "ldd cannot read $binary"
    ! grep 'not found' <<<"$listed" >&2 || fail "$binary needs libraries that are not installed; see above"
    ! grep -qE '/lib(a|t|ub)san\.' <<<"$listed" || fail "$binary is a sanitizer's build; build it without --config"
    grep -oE '(^\s*|=> )/[^ ]+' <<<"$listed" | grep -oE '/.*'
  done | sort -u
}

# The program interpreter must be executable; the kernel runs it.
add_libraries() {
  local library folder loader
  needed_libraries "$bin/agency_node/agency_node" "$bin/face_matcher/image_sandbox" >"$work/libraries"
  loader=$(ldd "$bin/agency_node/agency_node" | grep -oE '/\S*ld-linux\S*')
  while read -r library; do
    folder=$(realpath "$(dirname "$library")")
    ship "$library" "${folder#/}/$(basename "$library")"
    [[ $library != "$loader" ]] || chmod 755 "$work/system/${folder#/}/$(basename "$library")"
  done <"$work/libraries"
  # Debian's merged /usr, as far as it is used.
  for folder in lib lib64; do
    [[ ! -d $work/system/usr/$folder ]] || ln -s "usr/$folder" "$work/system/$folder"
  done
}

# From the package's files and not from /etc/ssl/certs: the machine's administrator may have added authorities there.
add_certificate_authorities() {
  local file
  mkdir -p "$work/system/etc/ssl/certs"
  while read -r file; do
    cat "$file"
    echo "$file" >>"$shipped"
  done < <(dpkg-query -L ca-certificates | grep -E '^/usr/share/ca-certificates/.*\.crt$' | sort) \
    >"$work/system/etc/ssl/certs/ca-certificates.crt"
  [[ -s $work/system/etc/ssl/certs/ca-certificates.crt ]] || fail "package ca-certificates holds no certificates"
}

# Without the second and third copies of everything (posix/, right/). Many names are links to others of the folder.
add_time_zones() {
  dpkg-query -L tzdata | grep '^/usr/share/zoneinfo/' | grep -vE '^/usr/share/zoneinfo/(posix|right)(/|$)' |
    while read -r file; do [[ -d $file && ! -L $file ]] || echo "$file"; done >"$work/zones"
  [[ -s $work/zones ]] || fail "package tzdata holds no time zones"
  xargs cp --no-dereference --parents --no-preserve=all --target-directory="$work/system" <"$work/zones"
  cat "$work/zones" >>"$shipped"
}

add_etc() {
  echo "fusionhub:x:$user_id:$user_id:fusionhub node:/var/lib/fusionhub:/usr/sbin/nologin" >"$work/system/etc/passwd"
  echo "fusionhub:x:$user_id:" >"$work/system/etc/group"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$work/system/etc/nsswitch.conf"
  : >"$work/system/etc/hosts"
  : >"$work/system/etc/resolv.conf"
  ship /etc/os-release etc/os-release
}

# "PACKAGE" of every shipped file, which must have one: nothing of unknown origin gets into the image. A package may
# know its files without the merged /usr.
shipped_packages() {
  local owners orphans
  sort -u "$shipped" -o "$shipped"
  owners=$(sed -E 's/^(\/usr)(.*)/\1\2\n\2/' "$shipped" | xargs dpkg-query -S 2>/dev/null |
    grep -v '^diversion ') || true
  orphans=$(comm -23 "$shipped" <(sed -E 's/^[^/]*: //; s/^\/(lib|lib64)\//\/usr&/' <<<"$owners" | sort -u))
  [[ -z $orphans ]] || fail "these files belong to no Debian package: $orphans"
  sed -E 's/: \/.*//; s/, /\n/g; s/:[a-z0-9]+$//mg' <<<"$owners" | sort -u
}

# What scanners for known vulnerabilities read (the layout of "distroless" images), and the licences.
add_package_records() {
  local package
  mkdir -p "$work/system/var/lib/dpkg/status.d"
  shipped_packages >"$work/packages"
  while read -r package; do
    dpkg-query -s "$package" | grep -v '^Status-Since:' >"$work/system/var/lib/dpkg/status.d/$package"
    mkdir -p "$work/system/usr/share/doc/$package"
    cp -L --no-preserve=all "/usr/share/doc/$package/copyright" "$work/system/usr/share/doc/$package/copyright" ||
      fail "package $package has no copyright file (excluded by dpkg's path-exclude?); reinstall it with documents"
  done <"$work/packages"
}

add_program() {
  local name
  install -D "$bin/agency_node/agency_node" "$work/program/usr/bin/agency_node"
  install -D "$bin/face_matcher/image_sandbox" "$work/program/usr/libexec/fusionhub/image_sandbox"
  for name in "${mount_points[@]}"; do mkdir -p "$work/program/$name"; done
}

# One layer as a tar file: sorted, everything root's and at time 0, modes independent of the builder's umask.
pack() { # folder, tar file
  find "$1" -type d -exec chmod 755 {} +
  find "$1" -type f -perm /111 -exec chmod 755 {} +
  find "$1" -type f ! -perm /111 -exec chmod 644 {} +
  [[ ! -d $1/tmp ]] || chmod 1777 "$1/tmp"
  tar --create --file "$2" --directory "$1" --format=gnu --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
    --transform='s,^\./,,' --exclude=./var/lib/fusionhub .
  [[ ! -d $1/var/lib/fusionhub ]] || tar --append --file "$2" --directory "$1" --format=gnu --mtime=@0 --mode=0700 \
    --owner="$user_id" --group="$user_id" --numeric-owner var/lib/fusionhub
}

add_layer() { # tar file, words for the history
  umoci raw add-layer --image "$work/oci/image:$tag" --history.created "$created" --history.created_by "$2" "$1"
}

# Labels say what it is and of which commit.
configure() {
  local revision=${IMAGE_REVISION:-}
  [[ -n $revision ]] ||
    revision=$(git -C "$repository" describe --always --abbrev=40 --dirty --exclude='*' 2>/dev/null) || revision=unknown
  umoci config --image "$work/oci/image:$tag" --created "$created" \
    --history.created "$created" --history.created_by 'build_image.sh' \
    --config.user "$user_id:$user_id" \
    --config.entrypoint /usr/bin/agency_node --config.entrypoint --config \
    --config.entrypoint /etc/fusionhub/node.yaml \
    --config.workingdir /var/lib/fusionhub --config.volume /var/lib/fusionhub --config.stopsignal SIGTERM \
    --config.env PATH=/usr/bin --config.env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    --config.label org.opencontainers.image.title='fusionhub agency node' \
    --config.label org.opencontainers.image.description='An agency keeps its data here and decides what leaves' \
    --config.label "org.opencontainers.image.created=$created" \
    --config.label "org.opencontainers.image.revision=$revision"
}

mkdir -p "$work"/system/{dev,proc,sys,tmp,run,etc,var/lib/fusionhub}
add_libraries
add_certificate_authorities
add_time_zones
for name in "${cascades[@]}"; do
  ship "/usr/share/opencv4/haarcascades/$name" "usr/share/opencv4/haarcascades/$name"
done
add_etc
add_package_records
add_program
pack "$work/system" "$work/system.tar"
pack "$work/program" "$work/program.tar"

epoch=${SOURCE_DATE_EPOCH:-$(git -C "$repository" log -1 --format=%ct 2>/dev/null || echo 0)}
created=$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)
umoci init --layout "$work/oci/image"
umoci new --image "$work/oci/image:$tag"
add_layer "$work/system.tar" 'libraries and data of Debian packages'
add_layer "$work/program.tar" 'agency_node and image_sandbox'
configure
umoci gc --layout "$work/oci/image" # manifests of the steps in between
mv "$work/oci/image" "$out"
jq -r '"agency_node: " + .manifests[0].digest' "$out/index.json"
