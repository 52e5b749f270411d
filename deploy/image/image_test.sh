#!/usr/bin/env bash
# Test of the node's image: builds it twice, and runs it with runc in a region whose broker and other nodes are
# processes outside of it. An analyst's question must be answered by the node in the container, and the container must
# be as closed as docs/node_image.md says.
#
#   image_test.sh [BIN_DIR]     BIN_DIR is bazel-bin (the default) or a copy of it
#
# Needs root (or sudo without a password) and a kernel on which runc works; it fails where they are missing.
# shellcheck disable=SC2016  # jq programs are not for the shell to expand
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
# shellcheck source=deploy/region_processes.sh
. "$here/../region_processes.sh"

readonly agency=st_louis_county_pd node=st-louis-county-pd-1 asker=st_charles_pd
readonly user_id=65532

die() {
  echo "FAILED: $*" >&2
  exit 1
}
ok() { echo "ok: $*"; }

bin=$(cd "${1:-$repository/bazel-bin}" && pwd) || die "no folder with binaries; build first"
if [[ $(id -u) -ne 0 ]]; then
  sudo -n true 2>/dev/null || die "runc needs root here: run as root, or as a user with sudo without a password"
  exec sudo -n -- "$here/image_test.sh" "$bin"
fi
"$here/../install_packages.sh" "$here/packages-image.txt"

work=$(mktemp -d /tmp/fhi-XXXXXX)
region=$work/r
container=fusionhub-$(basename "$work")
inside='' # pid of the node in the container, as the host sees it

runc_here() { runc --root "$work/runc" "$@"; }

# Only what this test started: processes by their pid files, the container by its own runc folder.
clean_up() {
  [[ ! -s $region/region.json ]] || stop_region "$region"
  runc_here delete --force "$container" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT

test_reproducible() {
  export SOURCE_DATE_EPOCH=1700000000 IMAGE_REVISION=test
  "$here/build_image.sh" "$work/image" "$bin" || die "the image cannot be built"
  # Another umask, time zone, locale and newer binaries of the same content.
  mkdir -p "$work/bin/agency_node" "$work/bin/face_matcher"
  cp "$bin/agency_node/agency_node" "$work/bin/agency_node/"
  cp "$bin/face_matcher/image_sandbox" "$work/bin/face_matcher/"
  (umask 077; TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$here/build_image.sh" "$work/again" "$work/bin" >/dev/null)
  diff -r "$work/image" "$work/again" || die "two builds of the same differ"
  ok "two builds give the same image, byte for byte"
  if "$here/build_image.sh" "$work/image" "$bin" 2>/dev/null; then die "an existing image was overwritten"; fi
}

test_contents() {
  local program programs
  umoci unpack --image "$work/image:agency_node" "$work/unpacked"
  programs=$(cd "$work/unpacked/rootfs" && find . -type f -perm /111 | sort | tr '\n' ' ')
  [[ $programs =~ ^\./usr/bin/agency_node\ [^\ ]*/ld-linux[^\ ]*\ \./usr/libexec/fusionhub/image_sandbox\ $ ]] ||
    die "executable files in the image: $programs"
  for program in bin/sh usr/bin/sh usr/bin/bash usr/bin/env usr/bin/openssl; do
    [[ ! -e $work/unpacked/rootfs/$program ]] || die "$program is in the image"
  done
  [[ -z $(find "$work/unpacked/rootfs" -perm /6000) ]] || die "a set-user-id file is in the image"
  [[ -z $(find "$work/unpacked/rootfs" -xtype l) ]] || die "broken links: $(find "$work/unpacked/rootfs" -xtype l)"
  grep -q 'BEGIN CERTIFICATE' "$work/unpacked/rootfs/etc/ssl/certs/ca-certificates.crt" || die "no CA store"
  [[ -s $work/unpacked/rootfs/usr/share/zoneinfo/America/Chicago ]] || die "no time zones"
  jq -e '.process | .user.uid == 65532 and .args == ["/usr/bin/agency_node", "--config", "/etc/fusionhub/node.yaml"]' \
    "$work/unpacked/config.json" >/dev/null || die "wrong user or entrypoint"
  ok "no shell and no other program, no set-user-id file; CA store, time zones, user and entrypoint"
}

# The folders to mount, as an agency would lay them out, readable by the container's user and nobody else.
prepare_mounts() {
  local source=$region/nodes/$node
  mkdir -p "$work"/{config,keys,policy,records,data}
  cp -r "$region/policy/." "$work/policy"
  cp "$region/tls/$node.crt" "$region/tls/$node.key" "$region/tls/ca.crt" "$region/keys/$agency"/*.pem "$work/keys"
  cp -r "$source/hotlist.csv" "$source/camera.token" "$source/faces" "$work/records"
  sed -E -e 's,^data_dir: .*,data_dir: /var/lib/fusionhub/data,' \
    -e 's,^port_file: .*,port_file: /var/lib/fusionhub/ports.json,' -e 's,: (\.\./)+policy$,: /srv/fusionhub/policy,' \
    -e "s,: (\\.\\./)+(tls|keys/$agency)/,: /srv/fusionhub/keys/," \
    -e 's,: (hotlist\.csv|camera\.token|faces/),: /srv/fusionhub/records/\1,' \
    -e 's,image_sandbox: .*,image_sandbox: /usr/libexec/fusionhub/image_sandbox,' \
    "$source/node.yaml" >"$work/config/node.yaml"
  chown -R "$user_id:$user_id" "$work"/{config,keys,policy,records,data}
  chmod -R u=rX,go= "$work"/{config,keys,policy,records}
  chmod 700 "$work/data"
}

start_outside() {
  local name others
  "$here/../make_region.sh" "$region" "$repository/deploy/region-stl" "$bin"
  for name in $(region_query "$region" '.agencies[] | select(.persons) | .id'); do
    start_issuer "$region" "$bin" "$name"
  done
  start_broker "$region" "$bin"
  mapfile -t others < <(region_nodes "$region" | grep -vx "$node")
  for name in "${others[@]}"; do start_node "$region" "$bin" "$name"; done
  for name in "${others[@]}"; do
    wait_for "$region" "$name" 60 "connection to the hub" node_is_connected "$region" "$bin" "$name"
  done
  ok "broker, issuers and the other nodes run outside"
}

start_container() {
  prepare_mounts
  "$here/make_bundle.sh" "$work/image" "$work/bundle" "$work"/{config,keys,policy,records,data}
  start_process "$region" "$node" runc --root "$work/runc" run --bundle "$work/bundle" "$container"
  wait_for "$region" "$node" 60 "open port" test -s "$work/data/ports.json" ||
    die "the node does not start with runc on this machine; what runc and the node said is above"
  inside=$(runc_here state "$container" | jq -r .pid)
  [[ $(readlink "/proc/$inside/exe") == /usr/bin/agency_node ]] || die "the container runs something else"
  wait_for "$region" "$node" 60 "connection to the hub" node_is_connected "$region" "$bin" "$node" ||
    die "the node in the container does not reach the hub"
  ok "the node in the container is connected to the hub"
}

# A line of /proc/PID/status of the node in the container, in one word per blank.
status() { awk -v key="$1:" '$1 == key {$1 = ""; print substr($0, 2)}' "/proc/$inside/status"; }

expect_status() { # key, value
  [[ $(status "$1") == "$2" ]] || die "$1 of the node in the container is '$(status "$1")', not '$2'"
}

test_process() {
  local set
  expect_status Uid "$user_id $user_id $user_id $user_id"
  expect_status Gid "$user_id $user_id $user_id $user_id"
  expect_status Groups ''
  for set in CapInh CapPrm CapEff CapBnd CapAmb; do expect_status "$set" 0000000000000000; done
  expect_status NoNewPrivs 1
  expect_status Seccomp 2
  [[ $(readlink "/proc/$inside/ns/pid") != "$(readlink /proc/self/ns/pid)" ]] || die "it shares the host's processes"
  ok "the node is user $user_id, without capabilities and new privileges, behind a system call filter"
}

# The kernel refuses even root to write through the container's mounts.
refuses_writing() { # folder in the container
  local said
  if said=$(touch "/proc/$inside/root/$1/probe" 2>&1); then die "/$1 can be written in the container"; fi
  [[ $said == *'Read-only file system'* ]] || die "/$1: refused, but for another reason: $said"
}

test_files() {
  local folder exposed
  for folder in '' etc usr/bin usr/lib etc/fusionhub srv/fusionhub/keys srv/fusionhub/policy srv/fusionhub/records; do
    refuses_writing "$folder"
  done
  for folder in tmp var/lib/fusionhub; do
    touch "/proc/$inside/root/$folder/probe" || die "/$folder cannot be written in the container"
    rm "/proc/$inside/root/$folder/probe"
  done
  [[ ! -e /proc/$inside/root/bin/sh ]] || die "there is a shell in the container"
  if runc_here exec "$container" /bin/sh -c true >/dev/null 2>&1; then die "a shell runs in the container"; fi
  runc_here exec "$container" /usr/bin/agency_node --config /etc/fusionhub/node.yaml --check-config >/dev/null ||
    die "runc exec does not work at all"
  exposed=$(awk '$4 ~ /^rw/ && $4 !~ /noexec/ {print $2}' "/proc/$inside/mounts")
  [[ -z $exposed ]] || die "programs can be written to and run from: $exposed"
  ok "only /tmp and /var/lib/fusionhub can be written; no shell can be started"
}

test_answer() {
  local code=0
  "$bin/hubctl/hubctl" --config "$region/clients/$asker.yaml" --json hotlist check FE1B77 --state MO \
    --purpose felony_investigation --complaint 25-004411 --reason 'vehicle seen leaving armed robbery' \
    >"$work/answer.json" 2>"$work/errors.txt" || code=$?
  [[ $code -eq 0 ]] || die "hubctl ended with $code: $(cat "$work/errors.txt" "$work/answer.json")"
  jq -e --arg owner "$agency" --arg node "$node" '.receipt.verified and any(.results[]; .owner == $owner and
    .node == $node and .outcome == "released" and (.records | length) > 0)' "$work/answer.json" >/dev/null ||
    die "the node in the container did not answer: $(cat "$work/answer.json")"
  ok "hubctl hotlist check is answered by the node in the container, and the receipt verifies"
}

# Enrolling decodes images: image_sandbox finds its libraries and cascades, and may set its own filter.
test_faces() {
  grep '"bookings_loaded"' "$region/run/$node.log" | jq -e '.enrolled > 0 and .rejected == 0' >/dev/null ||
    die "image_sandbox does not work in the container: $(grep -m 3 booking "$region/run/$node.log")"
  ok "image_sandbox decoded the agency's images in the container"
}

test_stop() {
  stop_processes "$region" "$node"
  grep -q '"draining"' "$region/run/$node.log" || die "the node did not end in order on SIGTERM"
  [[ -z $(runc_here list --quiet) ]] || die "the container is left behind"
  [[ -z $(find "$work/data" ! -user "$user_id") ]] || die "files of another user are in the data folder"
  ok "SIGTERM ends the node in order"
}

test_reproducible
test_contents
start_outside
start_container
test_process
test_files
test_answer
test_faces
test_stop
echo "PASSED"
