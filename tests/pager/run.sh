#!/usr/bin/env bash
# The pager, on a terminal of ten rows: when it is asked for, which one, and what it gets. Prints TAP.
# LAPSE=path/to/lapse tests/pager/run.sh
set -u
if ! script -qec true /dev/null >/dev/null 2>&1 && ! script -q /dev/null true >/dev/null 2>&1; then
	echo '1..1'
	echo 'ok 1 # SKIP no pseudo-terminal can be had with script (bsdutils)'
	exit 0
fi
here=$(cd "$(dirname "$0")" && pwd)
lapse=${LAPSE:-$here/../../build/lapse}
lapse=$(cd "$(dirname "$lapse")" && pwd)/$(basename "$lapse")
top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
mkdir "$top/bin"
ln -s "$lapse" "$top/bin/lapse"
export PATH="$top/bin:$PATH" HOME="$top" LC_ALL=C.UTF-8 TERM=xterm SHELL=/bin/sh
unset LAPSE_PAGER PAGER LESS COLUMNS NO_COLOR
cd "$top" || exit 1

printf '#!/bin/sh\nexec sed "s/^/less $LESS: /"\n' >bin/less
chmod +x bin/less

# Runs a command on a terminal; what it shows goes to the file `screen`.
on_terminal() {
	printf 'stty rows 10 cols 60\n%s\n' "$1" >script.sh
	if script --version >/dev/null 2>&1; then
		script -qec 'sh script.sh' /dev/null
	else
		script -q /dev/null sh script.sh # BSD
	fi </dev/null | tr -d '\r' >screen
}

number=0 failed=0
# is NAME COMMAND PATTERN [TIMES]: how often the screen has a line like this (default: 1 or more)
is() {
	number=$((number + 1))
	on_terminal "$2"
	times=$(grep -c -e "$3" screen)
	if [ "$times" = "${4-}" ] || { [ $# -eq 3 ] && [ "$times" -gt 0 ]; }; then
		echo "ok $number - $1"
	else
		failed=$((failed + 1))
		echo "not ok $number - $1"
		sed 's/^/# /' screen | head -n 20
	fi
}

export LAPSE_PAGER='sed s/^/paged:/'
is 'what is longer than the screen' 'lapse rules' '^paged:.*blocking-sleep'
is 'help of every command' 'lapse scan --help' '^paged:Usage: lapse scan'
is 'lapse help' 'lapse help' '^paged:Usage: lapse VERB'
is 'what fits is not paged' 'lapse rules -c throughput' 'paged' 0
is 'what fits is shown' 'lapse rules -c throughput' '^throughput-unbounded'
is 'few lines, but wider than the screen' 'lapse rules -c throughput --format tsv' \
	'^paged:throughput'
is '--no-pager' 'lapse rules --no-pager' 'paged' 0
is 'not with -o' 'lapse rules -o out; cat out' 'paged' 0
is 'not into a pipe' 'lapse rules | cat' 'paged' 0
is 'not on a dumb terminal' 'TERM=dumb lapse rules' 'paged' 0
is 'colours are kept' 'lapse rules --color always blocking-sleep' "^paged:$(printf '\033')"
is 'colours of a terminal' 'lapse rules blocking-sleep' "^paged:$(printf '\033')"
is 'an empty name: none' "LAPSE_PAGER= lapse rules" '^blocking-sleep'
is 'cat: none' "LAPSE_PAGER=cat lapse rules" '^blocking-sleep'
is 'one that is not there' 'LAPSE_PAGER=no-such-pager lapse rules; echo "status $?"' '^blocking-sleep'
is 'one that is left early is no error' \
	'LAPSE_PAGER="head -n 1" lapse rules --format json; echo "status $?"' '^status 0$'
is 'all goes to it' 'LAPSE_PAGER="wc -l" lapse rules --format json' \
	"^ *$(lapse rules --format json | wc -l)\$"
is 'LESS is set for less' "LAPSE_PAGER='echo LESS=\$LESS; cat >/dev/null' lapse rules" '^LESS=FRX$'
is 'LESS of the user stays' "LESS=S LAPSE_PAGER='echo LESS=\$LESS; cat >/dev/null' lapse rules" \
	'^LESS=S$'
unset LAPSE_PAGER
is 'PAGER without LAPSE_PAGER' "PAGER='sed s/^/PAGER:/' lapse rules" '^PAGER:'
is 'less without both' 'lapse rules' '^less FRX: '
rm bin/less
is 'no pager at all' 'PATH=$PWD/bin lapse rules' '^blocking-sleep'
export PAGER='sed s/^/PAGER:/'
is 'LAPSE_PAGER before PAGER' "LAPSE_PAGER='sed s/^/mine:/' lapse rules" 'PAGER' 0
is 'the status of the command stays' 'lapse rules nope; echo "status $?"' '^status 2$'
echo "1..$number"
[ $failed -eq 0 ]
