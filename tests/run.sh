#!/usr/bin/env bash
# Builds and runs the tests; the last line is "N passed, N failed". Exit code 0 only if none failed.
#   tests/run.sh          everything that CI runs
#   tests/run.sh --full   also ThreadSanitizer, clang-tidy over everything, and long crash loops
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

full=false
case ${1:-} in
  '') ;;
  --full) full=true ;;
  -h|--help) sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  *) echo "tests/run.sh: unknown argument '$1'; try --help" >&2; exit 2 ;;
esac

deploy/install_packages.sh
tests/npm_install.sh
passed=0
failed=0

# Runs one named check; its output is shown only when it fails.
check() {
  local name=$1 log
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    echo "ok    $name"
    passed=$((passed + 1))
  else
    echo "FAIL  $name"
    tail -n 60 "$log"
    failed=$((failed + 1))
  fi
  rm -f "$log"
}

# Runs Bazel tests of one configuration and counts them one by one.
bazel_tests() {
  local label=$1 log status line
  shift
  log=$(mktemp)
  echo "---- $label"
  deploy/bazel.sh test --keep_going --test_summary=short "$@" >"$log" 2>&1 && status=0 || status=$?
  while read -r line; do
    case $line in
      *' PASSED '*) passed=$((passed + 1)) ;;
      *' FAILED'*|*' TIMEOUT'*|*' NO STATUS'*|*'FAILED TO BUILD'*) failed=$((failed + 1)); echo "FAIL  $line" ;;
    esac
  done < <(grep -E '^//.* (\(cached\) )?(PASSED|FAILED|TIMEOUT|NO STATUS|FLAKY)' "$log")
  # 3: tests ran and some failed, which is counted above. Anything else but 0 is a build that broke.
  if [ "$status" -ne 0 ] && [ "$status" -ne 3 ]; then
    failed=$((failed + 1))
    echo "FAIL  $label: bazel ended with $status"
  fi
  [ "$status" -eq 0 ] || grep -vE '^(Loading|Analyzing|\[[0-9,]+ / )' "$log" | tail -n 120
  rm -f "$log"
}

# Runs test files of Node's test runner, one after the other, and counts their tests.
node_tests() {
  local label=$1 log status
  shift
  log=$(mktemp)
  echo "---- $label"
  FUSIONHUB_BIN=$PWD/bazel-bin node --test --test-reporter=tap --test-concurrency=1 "$@" >"$log" 2>&1 &&
    status=0 || status=$?
  passed=$((passed + $(sed -n 's/^# pass //p' "$log" | tail -n 1)))
  failed=$((failed + $(sed -n 's/^# fail //p' "$log" | tail -n 1)))
  if [ "$status" -ne 0 ]; then
    # A runner that ends before its summary counts as one failure.
    grep -q '^# fail ' "$log" || failed=$((failed + 1))
    grep -E -A 25 '^ *not ok ' "$log" | head -n 200 || tail -n 60 "$log"
  fi
  rm -f "$log"
}

check 'formatting (clang-format)' tests/check_format.sh
check 'BUILD files (buildifier)' tests/check_buildifier.sh
check 'wire contract (buf lint)' tests/check_buf.sh
bazel_tests 'unit tests' //...
# Before the sanitizers: their build shares the folder in which these find the programs.
check 'programs' deploy/bazel.sh build //broker //agency_node //hubctl //identity:demo_issuer \
  //face_matcher:image_sandbox //tests/faces:render_faces
node_tests 'end to end (real processes, real TLS)' tests/e2e/*.test.mjs
check 'node image (OCI, run with runc)' deploy/image/image_test.sh
bazel_tests 'memory errors and undefined behaviour (--config=asan)' --config=asan --build_tests_only \
  --test_tag_filters=-noasan //audit/... //base/... //crypto/... //identity/... //policy/... //query/... \
  //alpr_ingest/...

if $full; then
  bazel_tests 'data races (--config=tsan)' --config=tsan --build_tests_only //base/... //audit/... //rpc/... //broker/... //agency_node/...
  check 'clang-tidy' tests/check_tidy.sh
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
