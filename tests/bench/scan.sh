#!/bin/sh
# The figures that users feel, on a real repository: sh tests/bench/scan.sh REPO [RUNS]
# First scan, scan without news, the three reports, size of the database; medians of RUNS (default 3).
set -eu
: "${LAPSE:=build/lapse}"
repo=$1 runs=${2:-3}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# median PREPARE COMMAND...: the median of the wall times, and the largest memory
median() {
	prepare=$1
	shift
	: >"$tmp/times"
	for _ in $(seq "$runs"); do
		$prepare
		/usr/bin/time -a -o "$tmp/times" -f '%e %M' "$@" >/dev/null 2>&1
	done
	sort -n "$tmp/times" | awk '{ s[NR] = $1; if ($2 > m) m = $2 }
		END { printf "%.2f s, at most %d MB\n", s[int((NR + 1) / 2)], m / 1024 }'
}
forget() { rm -f "$tmp"/db*; }

printf 'first scan:      '
median forget "$LAPSE" scan -q "$repo" --db "$tmp/db"
printf 'without news:    '
median true "$LAPSE" scan -q "$repo" --db "$tmp/db"
for report in trend regressions authors; do
	printf '%-17s' "$report:"
	median true "$LAPSE" "$report" --db "$tmp/db" --repo "$repo"
done
printf 'database:        %s MB\n' "$(du -m "$tmp/db" | cut -f1)"
