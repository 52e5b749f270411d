#!/usr/bin/env bash
# The wire contract follows buf's STANDARD and COMMENTS rules.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec tests/node_modules/.bin/buf lint proto
