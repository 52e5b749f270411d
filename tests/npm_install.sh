#!/usr/bin/env bash
# Installs the foreign tools and clients that tests use (package-lock.json fixes their versions).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# Done already for this lock file?
stamp=node_modules/.fusionhub-lock
cmp -s package-lock.json "$stamp" 2>/dev/null && exit 0
# Not "npm ci": it asks for the binaries of every other platform, which not every registry has.
npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"
