#!/usr/bin/env bash
# Runs Debian's Bazel from the workspace with this machine's settings: a disk cache outside the checkout, so that
# a second clone builds fast, and no server left behind when CI asks for that.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cache=${FUSIONHUB_BAZEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/fusionhub-bazel}
mkdir -p "$cache"
command=$1
shift
exec bazel "$command" --disk_cache="$cache" --color=no --curses=no --show_progress_rate_limit=20 "$@"
