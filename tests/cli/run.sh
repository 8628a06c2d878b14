#!/usr/bin/env bash
# Golden tests of the command line: runs the commands in tests/cli/*.case and compares what they
# print. LAPSE=path/to/lapse tests/cli/run.sh [--update] [FILE.case...]
#
# In a case, lines that do not begin with two blanks are prose. The others:
#   "  $ command"   run by bash in a new folder of the case; "  > " goes on with the line before
#   "  text"        what it prints on stdout
#   "  2> text"     what it prints on stderr
#   "  ? N"         its exit code, when that is not 0
# Parts that differ from run to run are written as <work>, <version>, <digest>, <time>, <size>,
# <schema>.
# --update writes what was printed into the cases: look at the difference before you commit it.
# A case whose first line is "Needs a terminal." is skipped where there is none. Prints TAP. Needs bash
# and git.
set -u
here=$(cd "$(dirname "$0")" && pwd)
update=no
if [ "${1-}" = --update ]; then
	update=yes
	shift
fi
lapse=${LAPSE:-$here/../../build/lapse}
lapse=$(cd "$(dirname "$lapse")" && pwd)/$(basename "$lapse")
if [ ! -x "$lapse" ]; then
	echo "Bail out! $lapse is not there: build it, or set LAPSE"
	exit 1
fi
[ $# -gt 0 ] || set -- "$here"/*.case
top=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$top"; rm -rf "$top"' EXIT

# The same on every machine, and nothing of the user's.
mkdir "$top/bin"
ln -s "$lapse" "$top/bin/lapse"
export PATH="$top/bin:$PATH" HOME="$top/home" LC_ALL=C TERM=dumb TZ=UTC
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
unset COLUMNS NO_COLOR LAPSE_DB GIT_DIR GIT_WORK_TREE XDG_CONFIG_HOME
unset GIT_INDEX_FILE GITHUB_BASE_REF GITHUB_REF CI_MERGE_REQUEST_TARGET_BRANCH_SHA \
	CI_MERGE_REQUEST_DIFF_BASE_SHA # what `lapse check` asks
mkdir "$HOME"
# libgit2 1.5 forgets what it took to match the names of extensions: no leak of ours.
echo leak:libpcre2 >"$top/lsan"
export LSAN_OPTIONS="suppressions=$top/lsan:print_suppressions=0"

# For cases: make_repo STREAM [DIR] makes a repository of tests/cli/STREAM.fi, whose dates and names
# are fixed, so that every object id is.
make_repo() {
	git init -q -b main "${2:-$1}" &&
		git -C "${2:-$1}" fast-import --quiet <"$here/$1.fi" &&
		git -C "${2:-$1}" reset -q --hard
}

normalise() {
	sed -e "s|$work|<work>|g" \
		-e 's|lapse [0-9][0-9.]* (rule set [0-9a-f]*)|lapse <version> (rule set <digest>)|' \
		-e 's|[0-9.]* MB in [0-9.]* s ([0-9.]* MB/s)|<size> in <time>|' \
		-e 's|[0-9.]* MB in [0-9.]* s$|<size> in <time>|' \
		-e 's|([0-9.]* MB)$|(<size>)|' \
		-e 's|this one knows [0-9]*|this one knows <schema>|'
}

run_command() {
	[ -n "$command" ] || return
	eval "$command" >"$top/out" 2>"$top/err" </dev/null
	code=$?
	sed 's/^/  /' "$top/out" | normalise
	if [ -s "$top/out" ] && [ -n "$(tail -c 1 "$top/out")" ]; then
		echo # a last line without an end
	fi
	sed 's/^/  2> /' "$top/err" | normalise
	[ $code -eq 0 ] || echo "  ? $code"
	command=
}

# Prints the case as it turns out to be.
run_case() {
	local lines
	mapfile -t lines <"$1" # at once: the commands shall not share an open file with this loop
	command=
	for line in "${lines[@]}"; do
		case $line in
		'  $ '*)
			run_command
			printf '%s\n' "$line"
			command=${line#'  $ '}
			;;
		'  > '*)
			printf '%s\n' "$line"
			command="$command
${line#'  > '}"
			;;
		'  '*) ;;
		*)
			run_command
			printf '%s\n' "$line"
			;;
		esac
	done
	run_command
}

echo "1..$#"
number=0
failed=0
for file; do
	number=$((number + 1))
	name=$(basename "$file" .case)
	if [ "$(head -n 1 "$file")" = 'Needs a terminal.' ] && ! script -qec true /dev/null >/dev/null 2>&1; then
		echo "ok $number - $name # SKIP no pseudo-terminal can be had with script (bsdutils)"
		continue
	fi
	work=$top/$name
	mkdir "$work"
	(cd "$work" && run_case "$file") >"$top/actual"
	if cmp -s "$file" "$top/actual"; then
		echo "ok $number - $name"
	elif [ $update = yes ]; then
		cp "$top/actual" "$file"
		echo "ok $number - $name # updated"
	else
		failed=$((failed + 1))
		echo "not ok $number - $name"
		diff -u "$file" "$top/actual" | sed 's/^/# /'
	fi
done
echo "# $((number - failed)) passed, $failed failed"
[ $failed -eq 0 ]
