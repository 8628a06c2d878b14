#!/bin/sh
# Comparisons of the revisions of small histories (tests/history/cases): whatever lies between two of
# them, what `lapse diff` tells must add up to what stands in either, place by place; and the gate
# must say the same with results from a database as without. Prints TAP.
set -u
: "${LAPSE:?the program to test}"
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
unset LAPSE_DB GIT_DIR
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
count=0 failures=0

# rows RANGE [OPTION...]: path, line, rule, suppressed, kind, old path, old line
rows() {
	range=$1
	shift
	"$LAPSE" diff "$range" --repo "$tmp/repo" --no-config --all --level info -f tsv -q "$@" |
		tail -n +2 | cut -f 1,2,6,12,13,20,21
}

# What stands in a revision, sorted: path, line, rule.
standing() {
	[ -f "$tmp/$1" ] || rows "$1..$1" | awk -F '\t' '$4 == "false" { print $1, $2, $3 }' |
		sort >"$tmp/$1"
}

# What is on either side of the rows, suppressed ones apart.
right_side() {
	awk -F '\t' '$5 != "fixed" && $4 == "false" { print $1, $2, $3 }' "$1" | sort
}
left_side() {
	awk -F '\t' '
	$5 == "fixed" { print $1, $2, $3 }
	$6 != "" && ($5 == "suppressed" || ($5 != "introduced" && $4 == "false")) {
		print $6, $7, $3
	}' "$1" | sort
}

# adds_up A B: 0 when what is told of A..B fits both
adds_up() {
	standing "$1"
	standing "$2"
	rows "$1..$2" >"$tmp/rows"
	left_side "$tmp/rows" | cmp -s - "$tmp/$1" && right_side "$tmp/rows" | cmp -s - "$tmp/$2"
}

check_case() {
	git -C "$tmp/repo" rev-list --topo-order --reverse --all >"$tmp/commits"
	bad=
	# Every commit with the next, with the third from it backwards, and with the last one.
	awk '{ c[NR] = $1 } END { for (i = 1; i <= NR; i++) {
		if (i < NR) print c[i], c[i + 1]
		if (i > 3) print c[i], c[i - 3]
		if (i + 1 < NR) print c[i], c[NR] } }' "$tmp/commits" >"$tmp/pairs"
	while read -r a b; do
		adds_up "$a" "$b" || bad="$bad $a..$b"
	done <"$tmp/pairs"
	first=$(head -n 1 "$tmp/commits") last=$(tail -n 1 "$tmp/commits")
	rows "$first..$last" >"$tmp/without"
	"$LAPSE" scan -q --all --no-config --db "$tmp/db" "$tmp/repo"
	rows "$first..$last" --db "$tmp/db" | cmp -s - "$tmp/without" || bad="$bad database"
	count=$((count + 1))
	if [ -z "$bad" ]; then
		echo "ok $count - $1"
	else
		failures=$((failures + 1))
		echo "not ok $count - $1:$bad"
	fi
}

for stream in "$here"/../history/cases/*.fi "$here"/../cli/gate.fi; do
	name=$(basename "$stream" .fi)
	# What a syntax error hides stands nowhere when its revision is seen alone.
	case $name in broken*) continue ;; esac
	rm -rf "$tmp"/*
	git init -q --bare -b main "$tmp/repo"
	git -C "$tmp/repo" fast-import --quiet --force <"$stream"
	check_case "$name"
done
echo "1..$count"
[ $failures -eq 0 ]
