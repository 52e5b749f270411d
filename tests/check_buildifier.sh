#!/usr/bin/env bash
# Every BUILD and .bzl file is as buildifier writes it.
# (The native C++ rules are what Debian's Bazel has, so the rules that ask for rules_cc are off.)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
git ls-files -z '*BUILD.bazel' '*.bzl' WORKSPACE BUILD | xargs -0 tests/node_modules/.bin/buildifier -mode=check -lint=warn \
  -warnings=-native-cc-library,-native-cc-test,-native-cc-binary,-native-sh-test
