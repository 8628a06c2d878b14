#!/bin/sh
# Random histories, scanned piece by piece: references come, move, go and are renamed, HEAD is
# detached, --since changes, scans are killed, clones are deepened, objects vanish and come back.
# After every step the views must equal those of one clean scan, byte for byte.
# LAPSE=PROGRAM sh tests/history/random.sh [SEED...]: a seed that failed can be run alone. Prints TAP.
set -u
: "${LAPSE:?the program to test}"
[ $# -gt 0 ] || set -- 1 2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export HOME="$tmp" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
unset LAPSE_DB GIT_DIR
count=0 failures=0
commits=45

result() { # result STATUS NAME [FILE-TO-SHOW]
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		failures=$((failures + 1))
		echo "not ok $count - $2"
		if [ -n "${3-}" ]; then head -20 "$3" | sed 's/^/# /'; fi
	fi
}

# A graph of all kinds of merges. Texts are few, so that the same change is made on several branches,
# undone and made again. Every commit has a reference of its own that --all does not see.
stream() { # stream SEED
	awk -v seed="$1" -v n="$commits" '
	function pick(below) { return int(rand() * below) }
	function sleep(k) { return "\n\nasync def f" k "():\n    time.sleep(" k ")" }
	function edit(c, f, text, k) {
		text = tree[c, f]
		k = pick(5)
		if (index(text, sleep(k)) == 0) text = text sleep(k) (pick(6) ? "" : "  # lapse: ignore")
		else if (pick(4)) sub(/\n\nasync def f[0-9]\(\):\n[^\n]*/, "", text)
		else text = (index(text, "y = (") ? "" : "y = (1 +\n") text
		if (pick(5) == 0) { tree[c, pick(4)] = text; text = "" }
		tree[c, f] = text
	}
	BEGIN {
		srand(seed)
		for (c = 1; c <= n; c++) {
			parents = c == 1 || (c < 20 && pick(20) == 0) ? 0 : pick(4) ? 1 : pick(5) ? 2 : 3
			for (p = 1; p <= parents; p++) {
				parent[p] = c - 1 - pick(6)
				if (parent[p] < 1) parent[p] = 1
			}
			for (f = 0; f < 4; f++)
				tree[c, f] = parents ? tree[parent[1 + pick(parents)], f] : ""
			for (e = parents > 1 ? pick(3) : 1 + pick(2); e > 0; e--) edit(c, pick(4))
			printf "commit refs/all/c%d\nmark :%d\n", c, c
			printf "committer P%d <p%d@x> %d +0000\ndata 2\nc\n", c % 3, c % 3, 1500000000 + 86400 * (c + pick(5))
			for (p = 1; p <= parents; p++)
				printf "%s :%d\n", p == 1 ? "from" : "merge", parent[p]
			print "deleteall"
			for (f = 0; f < 4; f++)
				if (tree[c, f] != "") {
					text = "import time\n" tree[c, f] "\n"
					printf "M 100644 inline f%d.py\ndata %d\n%s\n", f, length(text), text
				}
		}
	}'
}

make_repo() { # make_repo SEED DIRECTORY
	git init -q --bare -b b0 "$2" && stream "$1" | git -C "$2" fast-import --quiet &&
		git -C "$2" update-ref refs/heads/b0 refs/all/c9
}

# A sequence of numbers that depends on the seed alone.
pick() { # pick BELOW: sets $picked
	state=$(((state * 1103515245 + 12345) % 2147483648))
	picked=$((state / 65536 % $1))
}

ask() { sqlite3 -batch -cmd '.timeout 5000' "$1" "$2"; } # ask DATABASE SQL

# Everything that the views say of what is reachable. The statements are the same for all databases.
dump() { # dump DATABASE
	[ -s "$tmp/dump.sql" ] || for view in findings events regressions commits mainline trend authors \
		credits contributions open_at_ref refs; do
		columns=$(ask "$1" "SELECT count(*) FROM pragma_table_info('$view')")
		echo ".print == $view"
		echo "SELECT * FROM $view ORDER BY $(seq -s, 1 "$columns");"
	done >"$tmp/dump.sql"
	ask "$1" ".read $tmp/dump.sql"
}

# The same references in the same repository, by a scan that knows nothing.
check_clean() { # check_clean NAME DATABASE REPO [OPTION...]
	name=$1 checked=$2 dir=$3
	shift 3
	for ref in $(ask "$checked" 'SELECT ref FROM refs ORDER BY is_default DESC, ref'); do
		set -- "$@" --ref "$ref"
	done
	rm -f "$tmp"/clean.db*
	"$LAPSE" scan -q --db "$tmp/clean.db" "$dir" "$@" >"$tmp/out" 2>&1 || {
		result 1 "$name: clean scan" "$tmp/out"
		return
	}
	dump "$checked" >"$tmp/one"
	dump "$tmp/clean.db" >"$tmp/other"
	diff "$tmp/one" "$tmp/other" >"$tmp/out"
	result $? "$name" "$tmp/out"
}

check_proof() { # check_proof NAME DATABASE REPO
	"$LAPSE" verify -q --db "$2" --repo "$3" --all-blobs --commits 1000000 >"$tmp/out" 2>&1
	result $? "$1 can be proved" "$tmp/out"
}

# What moves between two scans.
move_refs() { # move_refs REPO
	pick 4
	moved=b$picked
	pick "$commits"
	target=refs/all/c$((picked + 1))
	pick 8
	case $picked in
	0) git -C "$1" update-ref refs/tags/t1 "$target" ;;
	1) [ "$moved" = b0 ] || git -C "$1" update-ref -d "refs/heads/$moved" ;;
	2)
		git -C "$1" update-ref "refs/heads/$moved" "$target"
		git -C "$1" symbolic-ref HEAD "refs/heads/$moved"
		;;
	3) git -C "$1" update-ref --no-deref HEAD "$target" ;;
	*) git -C "$1" update-ref "refs/heads/$moved" "$target" ;;
	esac
	# HEAD must lead somewhere.
	git -C "$1" rev-parse -q --verify HEAD >"$tmp/null" ||
		git -C "$1" symbolic-ref HEAD refs/heads/b0
}

killed_scan() { # killed_scan DATABASE REPO
	"$LAPSE" scan -q --db "$1" "$2" --all >"$tmp/null" 2>&1 &
	pick 4
	sleep "0.00$((picked * 2))"
	kill -9 $! 2>"$tmp/null"
	wait $! 2>"$tmp/null"
}

walk() { # walk SEED: references and options
	repo=$tmp/walk$1 db=$tmp/walk$1.db state=$1 since=
	make_repo "$1" "$repo" || { result 1 "seed $1: stream"; return; }
	for step in 1 2 3 4 5 6 7 8; do
		move_refs "$repo"
		pick 3
		[ "$picked" -gt 0 ] || killed_scan "$db" "$repo"
		pick 9
		case $picked in
		0 | 1) option=--all ;;
		2) option=--ref=b0 ;;
		3) option='--ref=b0 --ref=refs/all/c30' ;;
		*) option= ;;
		esac
		pick 4
		since=
		[ "$picked" -gt 0 ] || since=--since=2017-08-0$((step % 9 + 1))
		"$LAPSE" scan -q --db "$db" "$repo" $option $since >"$tmp/out" 2>&1 || {
			# Nothing of the default reference is that new: another option.
			grep -q 'no commits since' "$tmp/out" || result 1 "seed $1: scan" "$tmp/out"
			continue
		}
		check_clean "seed $1: step $step, scan $option $since" "$db" "$repo" $since
	done
	check_proof "seed $1: what was scanned" "$db" "$repo"
}

deepen() { # deepen SEED: a shallow clone that goes deeper
	repo=$tmp/deep$1 db=$tmp/deep$1.db
	make_repo "$1" "$repo.all" && git -C "$repo.all" update-ref refs/heads/b0 "refs/all/c$commits"
	git clone -q --bare --depth 2 --branch b0 "file://$repo.all" "$repo" 2>"$tmp/null"
	for depth in 2 3 5 8 unshallow; do
		[ $depth = 2 ] || [ $depth = unshallow ] || git -C "$repo" fetch -q --depth $depth origin
		[ $depth != unshallow ] || git -C "$repo" fetch -q --unshallow origin 2>"$tmp/null"
		"$LAPSE" scan -q --db "$db" "$repo"
		check_clean "seed $1: depth $depth" "$db" "$repo"
		check_proof "seed $1: depth $depth" "$db" "$repo"
	done
	ask "$db" "SELECT count(*) FROM events WHERE kind = 'history_start'" >"$tmp/out"
	[ "$(cat "$tmp/out")" = 0 ]
	result $? "seed $1: whole history starts nowhere" "$tmp/out"
}

# An object that is missing while the first scan runs, and is there again for the second.
lose() { # lose SEED
	repo=$tmp/lose$1 db=$tmp/lose$1 state=$1
	make_repo "$1" "$repo" && git -C "$repo" update-ref refs/heads/b0 "refs/all/c$commits"
	git -C "$repo" repack -q -ad
	mv "$repo"/objects/pack/*.pack "$tmp/pack" && rm -f "$repo"/objects/pack/*
	git -C "$repo" unpack-objects -q <"$tmp/pack"
	git -C "$repo" rev-list --objects b0 | awk 'NR > 1 { print $1 }' >"$tmp/objects"
	for kind in commit tree blob; do
		id=$(git -C "$repo" cat-file --batch-check='%(objectname) %(objecttype)' <"$tmp/objects" |
			awk -v k=$kind -v skip=$(($1 % 5)) '$2 == k && skip-- >= 0 { id = $1 } END { print id }')
		file=$repo/objects/${id%"${id#??}"}/${id#??}
		mv "$file" "$tmp/object"
		"$LAPSE" scan -q --db "$db.$kind" "$repo" 2>"$tmp/null"
		ask "$db.$kind" 'SELECT missing_objects FROM coverage' >"$tmp/out"
		[ "$(cat "$tmp/out")" = 1 ]
		result $? "seed $1: missing $kind is counted" "$tmp/out"
		check_clean "seed $1: without a $kind" "$db.$kind" "$repo"
		check_proof "seed $1: without a $kind" "$db.$kind" "$repo"
		mv "$tmp/object" "$file"
		"$LAPSE" scan -q --db "$db.$kind" "$repo"
		ask "$db.$kind" 'SELECT missing_objects FROM coverage' >"$tmp/out"
		[ "$(cat "$tmp/out")" = 0 ]
		result $? "seed $1: $kind is found again" "$tmp/out"
		check_clean "seed $1: with the $kind again" "$db.$kind" "$repo"
	done
}

# Scans of different references of a repository, and one of another, put together in several orders.
unite() { # unite SEED
	repo=$tmp/unite$1 db=$tmp/unite$1 other=$tmp/shop
	make_repo "$1" "$repo"
	# Without an address the shards would be known by their first commits, which differ.
	git -C "$repo" config remote.origin.url https://example.org/acme/unite.git
	rm -rf "$other" && make_repo "$(($1 + 1))" "$other"
	for n in 1 2 3; do
		git -C "$repo" update-ref refs/heads/b$n "refs/all/c$((15 * n))"
		"$LAPSE" scan -q --db "$db.$n" "$repo" --ref b$n
	done
	"$LAPSE" scan -q --db "$db.4" "$other" --ref refs/all/c30
	for order in '1 2 3 4' '4 3 2 1' '2 4 1 3 2'; do
		rm -f "$db.all"
		for n in $order; do set -- "$@" "$db.$n"; done
		seed=$1
		shift
		"$LAPSE" merge -q "$db.all" "$@" 2>"$tmp/out"
		result $? "seed $seed: merge of $order" "$tmp/out"
		set -- "$seed"
		dump "$db.all" >"$tmp/merged.$order"
		diff "$tmp/merged.1 2 3 4" "$tmp/merged.$order" >"$tmp/out"
		result $? "seed $seed: merged $order is the same" "$tmp/out"
	done
	check_proof "seed $1: what was merged" "$db.all" "$repo"
	"$LAPSE" db forget shop --db "$db.all" -q
	check_clean "seed $1: shards merged, the other forgotten" "$db.all" "$repo"
	check_proof "seed $1: what is left" "$db.all" "$repo"
}

for seed; do
	unite "$seed"
	walk "$seed"
	deepen "$seed"
	lose "$seed"
done
echo "1..$count"
[ "$failures" -eq 0 ]
