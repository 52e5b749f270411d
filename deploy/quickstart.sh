#!/usr/bin/env bash
# Builds fusionhub, makes a demonstration region, runs the demonstration and says in plain words what happened.
#
#   deploy/quickstart.sh                  leaves the region running, with commands to go on
#   deploy/quickstart.sh --once           tears it down again; exits 0 only if every outcome was as stated
#   deploy/quickstart.sh --keep-data DIR  keeps the region in DIR (default: ~/.local/share/fusionhub-demo, or a
#                                         temporary folder with --once); a demonstration that is there is replaced
#
# Fresh Debian 12, root or sudo. It installs what it needs (deploy/packages-build.txt).
set -euo pipefail
started=$SECONDS
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=deploy/region_processes.sh
. "$here/region_processes.sh"
# shellcheck source=deploy/demonstration.sh
. "$here/demonstration.sh"

outcomes="1 2 3 4 5 6 7 8 9"
programs=(//hubctl:hubctl //broker:broker //agency_node:agency_node //identity:demo_issuer //face_matcher:image_sandbox
  //tests/faces:render_faces)

once=false
region_folder=''
while [[ $# -gt 0 ]]; do
  case $1 in
    --once) once=true ;;
    --keep-data)
      [[ $# -ge 2 ]] || { echo "quickstart: --keep-data wants a folder" >&2; exit 2; }
      region_folder=$2
      shift
      ;;
    -h|--help) sed -n '2,/^set -euo/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;;
    *) echo "quickstart: unknown argument '$1'; try --help" >&2; exit 2 ;;
  esac
  shift
done

step() { printf '[%4d s] %s\n' $((SECONDS - started)) "$*"; }

temporary=''
if [[ -z $region_folder ]]; then
  if $once; then
    temporary=$(mktemp -d /tmp/fusionhub-demo.XXXXXX)
    region_folder=$temporary/region
  else
    region_folder=${XDG_DATA_HOME:-$HOME/.local/share}/fusionhub-demo
  fi
fi

# Ends what runs; on the way out after --once, or when something broke before the region was of use.
leave_running=false
tear_down() {
  if $leave_running; then return; fi
  [[ ! -e $region_folder/region.json ]] || stop_region "$region_folder"
  [[ -z $temporary ]] || rm -rf "$temporary"
}
trap tear_down EXIT
trap 'exit 130' INT TERM

# A demonstration that is there already is stopped and replaced; anything else is left alone.
clear_region_folder() {
  [[ -e $region_folder ]] || return 0
  if [[ -e $region_folder/region.json ]]; then
    stop_region "$region_folder"
  elif [[ -n $(ls -A "$region_folder") ]]; then
    echo "quickstart: $region_folder is not empty and not a demonstration; choose another folder" >&2
    exit 1
  fi
  rm -rf "$region_folder"
}

metrics_address() { echo "http://127.0.0.1:$(jq -r .metrics "$1")/metrics"; }

go_on() {
  local config=$region_folder/clients/st_charles_pd.yaml name
  say ""
  say "The region runs in $region_folder. To go on, in this folder:"
  say "  export FUSIONHUB_CONFIG=$config"
  say "  bazel-bin/hubctl/hubctl status"
  say "  bazel-bin/hubctl/hubctl hotlist check SV4X2K --state MO --purpose stolen_property_recovery --complaint 25-004412 \\"
  say "    --reason 'owner saw own vehicle parked at mall'"
  say "  bazel-bin/hubctl/hubctl --help"
  say "Other agencies' configurations are in $region_folder/clients. Metrics for Prometheus:"
  say "  hub                    $(metrics_address "$region_folder/broker/ports.json")"
  for name in $(region_nodes "$region_folder"); do
    printf '  %-22s %s\n' "$name" "$(metrics_address "$region_folder/nodes/$name/ports.json")"
  done
  say "To stop it:  deploy/stop_region.sh $region_folder"
}

step "Installing Debian packages that are missing (none: nothing happens)"
"$here/install_packages.sh"
# Builds, and says every half minute how far it is: a first build takes minutes.
build() {
  local log progress
  log=$(mktemp)
  "$here/bazel.sh" build "${programs[@]}" >"$log" 2>&1 &
  local builder=$! said=$SECONDS
  while kill -0 "$builder" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - said >= 30)); then
      said=$SECONDS
      progress=$(grep -oE '^\[[0-9,]+ / [0-9,]+\]' "$log" | tail -n 1) || true
      step "  still building ${progress:+(actions $progress)}"
    fi
  done
  wait "$builder" || { tail -n 40 "$log" >&2; rm -f "$log"; exit 1; }
  rm -f "$log"
}

step "Building (a first build takes minutes)"
build
bin_folder=$(cd "$here/../bazel-bin" && pwd -P)
step "Making region 'stl': certificates, keys, signed agreements, configurations"
clear_region_folder
mkdir -p "$(dirname "$region_folder")"
"$here/make_region.sh" "$region_folder" "$here/region-stl" "$bin_folder"
region_folder=$(cd "$region_folder" && pwd)
step "Starting a broker, three agencies' nodes and six demonstration issuers of assertions"
start_region "$region_folder" "$bin_folder"
prepare_demonstration
for outcome in $outcomes; do "outcome_$outcome"; done

say ""
step "Demonstration over."
if [[ $failures -gt 0 ]]; then
  say "$failures things were NOT as stated; look for NOT AS STATED above."
else
  say "Every outcome shown was as stated: $outcomes."
fi
if ! $once; then
  leave_running=true
  go_on
fi
[[ $failures -eq 0 ]]
