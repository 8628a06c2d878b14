#!/bin/sh
# Proof on real history: sh tests/history/oracle.sh REPO DATABASE [COMMITS]
# For the tip and COMMITS (default 20) random commits of the default branch's first-parent chain, the
# totals stored for every rule and level must equal what `lapse lint` finds in the commit's tree,
# unpacked by git. Lint knows no history. Prints a line for each commit; exit 1 on a difference.
set -u
: "${LAPSE:=build/lapse}"
repo=$1 db=$2 n=${3:-20}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0

query() { "$LAPSE" sql --db "$db" --repo "$repo" --format tsv -q --max-rows 0 "$1" | tail -n +2; }

# Not `git archive`: attributes may leave files out of it.
unpack() {
	GIT_INDEX_FILE=$tmp/index git -C "$repo" read-tree "$1"
	GIT_INDEX_FILE=$tmp/index git -C "$repo" --work-tree="$2" checkout-index -a -q
}

tip=$(git -C "$repo" rev-parse HEAD)
{
	echo "$tip"
	git -C "$repo" rev-list --first-parent "$tip" | shuf -n "$n"
} >"$tmp/commits"
while read -r commit; do
	rm -rf "$tmp/tree"
	mkdir "$tmp/tree"
	unpack "$commit" "$tmp/tree"
	"$LAPSE" lint -q --no-config --level info --format tsv "$tmp/tree" 2>/dev/null |
		awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			$c["suppressed"] == "false" { print $c["rule"], $c["level"] }' |
		sort | uniq -c | awk '{ print $2, $3, $1 }' >"$tmp/linted"
	query "select rule || ' ' || level || ' ' || open from mainline
		where commit_oid = '$commit' and open > 0" | sort >"$tmp/stored"
	if diff "$tmp/linted" "$tmp/stored" >"$tmp/diff"; then
		echo "ok $commit $(awk '{ n += $3 } END { print n + 0 }' "$tmp/linted") findings"
	else
		bad=1
		echo "not ok $commit"
		sed 's/^/# /' "$tmp/diff"
	fi
done <"$tmp/commits"
exit "$bad"
