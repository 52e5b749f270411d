#!/usr/bin/env bash
# clang-tidy over every source file, as .clang-tidy says; or over the files named. Takes long: part of --full.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
deploy/install_packages.sh deploy/packages-full.txt

generated=$(mktemp -d)
trap 'rm -rf "$generated"' EXIT
find proto -name '*.proto' -print0 |
  xargs -0 protoc -Iproto --cpp_out="$generated" --grpc_out="$generated" --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin
files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files '*.cc')
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -I{} clang-tidy-16 --quiet {} -- \
  -std=c++20 -I. -isystem "$generated" -isystem /usr/include/opencv4
