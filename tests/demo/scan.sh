#!/bin/sh
# `make scan`: scans the repository given (without one: a demonstration made here) and shows the
# three reports.
set -eu
lapse=${BUILD:-build}/lapse
repo=${1:-}
if [ -z "$repo" ]; then
	repo=${BUILD:-build}/demo.git
	[ -d "$repo" ] || sh tests/demo/make.sh "$repo"
	echo "No REPO given: scanning a small demonstration repository, $repo"
fi
"$lapse" scan "$repo"
report() {
	printf '\n== lapse %s ==\n' "$*"
	"$lapse" "$@" --repo "$repo"
}
report trend
report regressions --limit 20
report authors --limit 20
