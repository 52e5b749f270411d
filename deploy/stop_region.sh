#!/usr/bin/env bash
# Stops the processes of a region that start_region.sh started, by their pid files only.
#   stop_region.sh REGION_FOLDER           everything
#   stop_region.sh REGION_FOLDER NAME...   only these: "broker", names of nodes, "issuer-AGENCY"
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=deploy/region_processes.sh
. "$here/region_processes.sh"
[[ $# -ge 1 ]] || { sed -n '2,/^set -euo/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }

region=$(cd "$1" && pwd)
shift
if [[ $# -eq 0 ]]; then
  stop_region "$region"
else
  stop_processes "$region" "$@"
fi
