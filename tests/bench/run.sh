#!/usr/bin/env bash
# Builds and runs the fan-out benchmark; prints the tables and writes JSON (docs/benchmarks.md).
#
#   tests/bench/run.sh [--json FILE] [any other flag of fanout_benchmark]
#
# FUSIONHUB_BENCH_FOLDER: a folder on the disk to measure (default: beside the source, not a memory file system).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
./deploy/bazel.sh build -c opt //tests/bench:fanout_benchmark
revision=$(git rev-parse --short HEAD)
[[ -z $(git status --porcelain --untracked-files=no) ]] || revision+=" with local changes"
parent=${FUSIONHUB_BENCH_FOLDER:-$root/..}
folder=$(mktemp -d "$parent/fusionhub_bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
bazel-bin/tests/bench/fanout_benchmark --folder "$folder" --revision "$revision" "$@" 2>"$folder/log" ||
  { tail -5 "$folder/log" >&2; exit 1; }
