#!/bin/sh
# SPDX-License-Identifier: ISC
# Install the npm packages that a directory's package-lock.json pins, into
# another directory; nothing to do when that has them already.
#
#   node.sh FROM INTO       INTO/node_modules is what was asked for
set -eu

[ $# -eq 2 ] || {
	echo "usage: node.sh FROM INTO" >&2
	exit 1
}

if cmp -s "$1/package-lock.json" "$2/installed.json"; then
	exit 0
fi
mkdir -p "$2"
rm -f "$2/installed.json"
cp "$1/package.json" "$1/package-lock.json" "$1/.npmrc" "$2"
# No script of a package runs; what is installed is what the lock's hashes say.
(cd "$2" && npm ci --ignore-scripts --no-audit --no-fund >&2)
cp "$1/package-lock.json" "$2/installed.json"
