#!/usr/bin/env bash
# Makes a bundle for runc from the node's image: the unpacked root filesystem and a hardened config.json. Run as root.
#
#   make_bundle.sh IMAGE_DIR BUNDLE CONFIG_DIR KEYS_DIR POLICY_DIR RECORDS_DIR DATA_DIR
#
# IMAGE_DIR is what build_image.sh made; BUNDLE must not exist yet. The other folders are mounted, see
# docs/node_image.md: all read-only but DATA_DIR, which must belong to user 65532.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
  echo "make_bundle.sh: $*" >&2
  exit 1
}

[[ $# -eq 7 ]] || { sed -n '2,/^set -euo/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
[[ $(id -u) -eq 0 ]] || fail "run as root: the files of the root filesystem must belong to root, not to you"
[[ -s $1/index.json ]] || fail "$1 is no image; make it with build_image.sh"
[[ ! -e $2 ]] || fail "$2 exists already; remove it or choose another folder"
for folder in "${@:3}"; do [[ -d $folder ]] || fail "$folder is not a folder"; done
[[ $(stat -c %u "$7") -eq 65532 ]] || fail "$7 must belong to user 65532: chown 65532:65532 '$7'"
"$here/../install_packages.sh" "$here/packages-image.txt"

# A host without CAP_SYS_RESOURCE, itself a container perhaps, cannot give more open files than it has.
files=$(ulimit -Hn)
[[ $files != unlimited && $files -lt 65536 ]] || files=65536

umoci unpack --image "$1:agency_node" "$2"
jq --from-file "$here/runc_config.jq" --arg config "$(realpath "$3")" --arg keys "$(realpath "$4")" \
  --arg policy "$(realpath "$5")" --arg records "$(realpath "$6")" --arg data "$(realpath "$7")" \
  --argjson files "$files" \
  "$2/config.json" >"$2/config.json.new"
mv "$2/config.json.new" "$2/config.json"
