#!/usr/bin/env bash
# Manual pages: each command and report has one, with all its options; mandoc has nothing to say
# against them, and options can be pasted from what it shows. Prints TAP; what needs mandoc is
# skipped without it. LAPSE=path/to/lapse tests/man/run.sh
set -u
here=$(cd "$(dirname "$0")" && pwd)
lapse=${LAPSE:-$here/../../build/lapse}
lapse=$(cd "$(dirname "$lapse")" && pwd)/$(basename "$lapse")
top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
cd "$top" || exit 1
number=0 failed=0
result() { # result STATUS NAME
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		failed=$((failed + 1))
		echo "not ok $number - $2"
		sed 's/^/# /' "$top/log"
	fi
}

mapfile -t pages < <("$lapse" help --man)
for page in "${pages[@]}"; do
	"$lapse" help --man "$page" >"$page" || rm "$page"
done
ls >"$top/log" 2>&1
[ "$(ls lapse*.[17] | wc -l)" -eq ${#pages[@]} ] && [ ${#pages[@]} -gt 20 ]
result $? 'every page that is listed can be written'

# Verbs from the overview; a report with the name of a command belongs to `query`.
"$lapse" help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]\{1,\}\).*/\1/p' >commands
"$lapse" help | sed -n '/^Reports:/,/^$/s/^  \([a-z-]\{1,\}\).*/\1/p' >reports
: >log
{
	sed 's/\(.*\)/lapse-\1.1 help \1/' commands
	grep -vxFf commands reports | sed 's/\(.*\)/lapse-\1.1 help \1/'
	grep -xFf commands reports | sed 's/\(.*\)/lapse-query-\1.1 query \1 --help/'
} | while read -r page how; do
	[ -s "$page" ] || echo "no $page" >>log
	# shellcheck disable=SC2086 # words
	"$lapse" $how | sed -n 's/^  .\{4\}--\([a-z-]*\).*/\1/p' | while read -r option; do
		sed 's/\\-/-/g' "$page" | grep -q -e "^.It.* Fl -$option\( \|\$\)" ||
			echo "$page: no --$option" >>log
	done
done
[ ! -s log ] && grep -q . commands && grep -q . reports
result $? 'every command and report has a page, with all its options'

"$lapse" rules --format tsv | tail -n +2 | cut -f 1 >rules
while read -r rule; do
	sed 's/\\-/-/g' lapse-rules.7 | grep -q "^.It Sy $rule " || echo "no $rule"
done <rules >log
[ ! -s log ] && grep -q . rules
result $? 'every rule is in lapse-rules(7)'

if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning lapse*.[17] >log 2>&1
	result $? 'mandoc -T lint'
	mandoc -T utf8 lapse-scan.1 | col -b >scan.txt
	grep -n -e '--max' scan.txt >log
	grep -q -e '--max-file-size BYTES' scan.txt
	result $? 'options can be pasted'
	mandoc -T utf8 lapse-rules.7 | col -bx | sed 's/^ *//' >rules.txt
	while read -r rule; do # code is what stands four blanks in
		"$lapse" rules "$rule" | sed -n 's/^    *\( *\)/\1/p'
	done <rules | sed 's/^ *//' | sort -u >code.txt
	sort -u rules.txt | comm -13 - code.txt >log
	[ ! -s log ] && [ "$(wc -l <code.txt)" -gt 100 ]
	result $? 'code is shown as it is'
else
	for what in 'lint' 'options' 'code'; do
		number=$((number + 1))
		echo "ok $number - $what # SKIP mandoc is not installed"
	done
fi
echo "1..$number"
[ $failed -eq 0 ]
