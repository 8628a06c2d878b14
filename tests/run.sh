#!/bin/sh
# Runs every test and counts: tests/run.sh UNIT-TEST-PROGRAM...
# Unit tests and the tests/*/run.sh suites print TAP; what is not ok is shown with its output, and
# what is skipped is said, and the last line is the total. LAPSE is the program under test, BUILD its build directory.
set -u
: "${LAPSE:?the program to test}" "${BUILD:=build}"
export LAPSE BUILD CMOCKA_MESSAGE_OUTPUT=TAP
passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# run NAME COMMAND...
run() {
	name=$1
	shift
	"$@" >"$log" 2>&1
	status=$?
	ok=$(grep -c '^ok ' "$log")
	bad=$(grep -c '^not ok ' "$log")
	skip=$(grep -c '^ok .*# SKIP' "$log")
	# A suite that dies, or says nothing, has failed whatever it counted.
	if [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$ok" -eq 0 ]; }; then
		bad=1
	fi
	printf '%-28s %4d ok' "$name" "$((ok - skip))"
	sed -n 's/^ok .*# SKIP \(.*\)/\1/p' "$log" | sort | uniq -c | while read -r count why; do
		printf ', %d skipped: %s' "$count" "$why"
	done
	if [ "$bad" -gt 0 ]; then
		printf ', %d FAILED (exit %d)\n' "$bad" "$status"
		sed 's/^/    /' "$log"
	else
		printf '\n'
	fi
	passed=$((passed + ok - skip))
	skipped=$((skipped + skip))
	failed=$((failed + bad))
}

for t in "$@"; do
	run "$(basename "$t")" "$t"
done
for suite in tests/*/run.sh; do
	run "$(basename "$(dirname "$suite")")" "$suite"
done
[ "$skipped" -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
