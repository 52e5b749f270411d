#!/usr/bin/env bash
# Installs the foreign tools and clients that tests use (package-lock.json fixes their versions).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# Done already for this lock file?
stamp=node_modules/.fusionhub-lock
cmp -s package-lock.json "$stamp" 2>/dev/null && exit 0
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"
