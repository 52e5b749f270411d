#!/usr/bin/env bash
# Starts the processes of a region that make_region.sh made: demonstration issuers, broker, nodes. Those that run
# already are left alone. Returns when every node is connected.
#   start_region.sh REGION_FOLDER BIN_FOLDER           everything
#   start_region.sh REGION_FOLDER BIN_FOLDER NAME...   only these: "broker", or names of nodes
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=deploy/region_processes.sh
. "$here/region_processes.sh"
[[ $# -ge 2 ]] || { sed -n '2,/^set -euo/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }

region=$(cd "$1" && pwd)
bin=$(cd "$2" && pwd)
shift 2
if [[ $# -eq 0 ]]; then
  start_region "$region" "$bin"
  exit
fi
for name in "$@"; do
  if [[ $name == broker ]]; then
    start_broker "$region" "$bin"
  else
    start_node "$region" "$bin" "$name"
    wait_for_node "$region" "$name"
    wait_for "$region" "$name" 30 "connection to the hub" node_is_connected "$region" "$bin" "$name"
  fi
done
