#!/bin/sh
# History cases: each cases/NAME.fi is a `git fast-import` stream, NAME.expect what the views must say
# of it. Every case is scanned three ways, which must agree to the byte: at once with one worker, at
# once with four, and commit by commit. And for every mainline commit the totals
# must equal what `lapse lint` finds in its tree.
# `sh tests/history/run.sh --update NAME` rewrites an expectation (read the difference!).
set -u
: "${LAPSE:?the program to test}"
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
count=0 failures=0

result() { # result STATUS NAME [FILE-TO-SHOW]
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		failures=$((failures + 1))
		echo "not ok $count - $2"
		if [ -n "${3-}" ]; then sed 's/^/# /' "$3"; fi
	fi
}

query() { # query DATABASE SQL: tab-separated, without the header
	"$LAPSE" sql --db "$1" --format tsv "$2" | tail -n +2
}

# What the expectations hold, sorted: made for reading.
describe() { # describe DATABASE
	query "$1" "
	select 'event', c.summary, e.kind, e.rule, e.path || ':' || e.line,
		coalesce('because of: ' || r.summary, '')
	from events e join commits c on c.repo = e.repo and c.commit_oid = e.commit_oid
	left join commits r on r.repo = e.repo and r.commit_oid = e.related_commit"
	query "$1" "
	select 'commit', summary, 'open ' || open_total, 'introduced ' || introduced, 'fixed ' || fixed,
		'landed ' || landed, iif(on_mainline, 'mainline', 'side')
	from commits"
	query "$1" "
	select 'finding', f.path || ':' || f.line, f.state, 'by: ' || i.summary,
		coalesce('until: ' || x.summary, ''), 'reopened ' || f.times_reopened,
		coalesce('copy of ' || o.path || ':' || o.line, '')
	from findings f
	join commits i on i.repo = f.repo and i.commit_oid = f.introduced_commit
	left join commits x on x.repo = f.repo and x.commit_oid = f.fixed_commit
	left join findings o on o.repo = f.repo and o.finding = f.copied_from"
	query "$1" "
	select 'mainline', c.summary, m.rule, m.level, 'open ' || m.open, 'unknown ' || m.unknown
	from mainline m join commits c on c.repo = m.repo and c.commit_oid = m.commit_oid"
	query "$1" "
	select 'trend', month, category, level, 'open ' || open, 'introduced ' || introduced,
		'fixed ' || fixed, 'suppressed ' || suppressed
	from trend"
}

# Everything that the views say, in an order of its own.
dump() { # dump DATABASE
	for view in findings events regressions commits mainline trend authors open_at_ref coverage; do
		echo "== $view"
		query "$1" "select * from $view" | sort
	done
}

make_repo() { # make_repo STREAM DIRECTORY
	git init -q --bare -b main "$2" && git -C "$2" fast-import --quiet <"$1"
}

scan() { "$LAPSE" scan -q --db "$1" "$2" --all $3; }

# One commit after the other, in an order of git's.
scan_stepwise() { # scan_stepwise DATABASE REPO ORDER-OPTION
	git clone -q --bare "$2" "$2.step"
	git -C "$2.step" remote remove origin
	git -C "$2" for-each-ref --format='%(refname) %(objectname)' >"$tmp/refs"
	for commit in $(git -C "$2" rev-list --all --reverse "$3"); do
		git -C "$2.step" update-ref refs/heads/main "$commit"
		"$LAPSE" scan -q --db "$1" "$2.step" --ref main || return 1
	done
	while read -r ref id; do git -C "$2.step" update-ref "$ref" "$id"; done <"$tmp/refs"
	"$LAPSE" scan -q --db "$1" "$2.step" --all
}

# Totals of every mainline commit against lint of its tree: an oracle that knows no history.
check_trees() { # check_trees DATABASE REPO
	git -C "$2" rev-list --first-parent main | while read -r commit; do
		mkdir "$tmp/tree"
		git -C "$2" archive "$commit" | tar -x -C "$tmp/tree"
		printf '%s ' "$commit"
		(cd "$tmp/tree" && "$LAPSE" lint --no-config --format json . |
			grep -c '"suppressed": *false')
		rm -rf "$tmp/tree"
	done | sort >"$tmp/linted"
	query "$1" "select commit_oid || ' ' || open_total from commits where on_mainline" |
		sort >"$tmp/stored"
	diff "$tmp/linted" "$tmp/stored" >"$tmp/out"
}

run_case() { # run_case STREAM
	name=$(basename "$1" .fi)
	dir=$tmp/$name
	mkdir "$dir"
	make_repo "$1" "$dir/repo" || { result 1 "$name: stream"; return; }
	scan "$dir/one.db" "$dir/repo" '--jobs 1' >"$tmp/out" 2>&1
	result $? "$name: scan" "$tmp/out"
	describe "$dir/one.db" | LC_ALL=C sort >"$dir/got"
	diff "${1%.fi}.expect" "$dir/got" >"$tmp/out" 2>&1
	result $? "$name: as expected" "$tmp/out"
	dump "$dir/one.db" >"$dir/one.dump"
	scan "$dir/four.db" "$dir/repo" '--jobs 4' >/dev/null 2>&1
	dump "$dir/four.db" | diff "$dir/one.dump" - >"$tmp/out"
	result $? "$name: four workers give the same" "$tmp/out"
	scan_stepwise "$dir/step.db" "$dir/repo" --topo-order >"$tmp/out" 2>&1
	dump "$dir/step.db" | sed 's/repo\.step/repo/g' | diff "$dir/one.dump" - >>"$tmp/out"
	result $? "$name: commit by commit gives the same" "$tmp/out"
	check_trees "$dir/one.db" "$dir/repo"
	result $? "$name: totals equal lint of each tree" "$tmp/out"
	"$LAPSE" verify -q --db "$dir/one.db" --repo "$dir/repo" --all-blobs --commits 1000000 >"$tmp/out"
	result $? "$name: can be proved" "$tmp/out"
}

if [ "${1-}" = --update ]; then
	make_repo "$here/cases/$2.fi" "$tmp/repo"
	scan "$tmp/db" "$tmp/repo" ''
	describe "$tmp/db" | LC_ALL=C sort >"$here/cases/$2.expect"
	exit
fi
for stream in "$here"/cases/*.fi; do
	run_case "$stream"
done
echo "1..$count"
sh "$here/random.sh" || failures=$((failures + 1))
[ "$failures" -eq 0 ]
