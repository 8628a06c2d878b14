#!/usr/bin/env bash
# Completion in the real shells: types lines with TABs at interactive ones and compares the
# arguments that lapse gets when they are run. A shell that is not installed is skipped, and said.
# LAPSE=path/to/lapse tests/completion/run.sh. Prints TAP.
set -u
if ! script -qec true /dev/null >/dev/null 2>&1 && ! script -q /dev/null true >/dev/null 2>&1; then
	echo '1..1'
	echo 'ok 1 # SKIP no pseudo-terminal can be had with script (bsdutils)'
	exit 0
fi
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)/cmd/completion
lapse=${LAPSE:-$here/../../build/lapse}
lapse=$(cd "$(dirname "$lapse")" && pwd)/$(basename "$lapse")
top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
mkdir "$top/bin" "$top/home" "$top/work"
ln -s "$lapse" "$top/bin/lapse"
export PATH="$top/bin:$PATH" HOME="$top/home" LC_ALL=C.UTF-8 TERM=dumb
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GOT="$top/got"
unset LAPSE_DB XDG_CONFIG_HOME GIT_DIR
cd "$top/work" || exit 1

# References that a shell would run or split, a file and a folder with blanks.
git init -q -b main . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m one
git branch 'cost$(touch${IFS}ran)' && git branch "it's;here" && git tag v1.2
mkdir 'a folder' && touch 'the file.py'

# TAB is written ~ here. Each line, and the arguments it has to become.
lines=(
	'lapse regr~'                          '<regressions>'
	'lapse scan --max~ 5'                  '<scan><--max-file-size><5>'
	'lapse trend --format mark~'           '<trend><--format><markdown>'
	'lapse trend --format=nd~'             '<trend><--format=ndjson>'
	'lapse trend -f nd~'                   '<trend><-f><ndjson>'
	'lapse query trend --ca~ blocki~'      '<query><trend><--category><blocking>'
	'lapse rules task-unaw~'               '<rules><task-unawaited>'
	'lapse db vac~'                        '<db><vacuum>'
	'lapse help comple~ '                  '<help><completion>'
	'lapse diff v1~'                       '<diff><v1.2>'
	'lapse diff main..v1~'                 '<diff><main..v1.2>'
	'lapse diff cos~'                      '<diff><cost$(touch${IFS}ran)>'
	'lapse diff main...it~'                "<diff><main...it's;here>"
	'lapse lint the~'                      '<lint><the file.py>'
	'lapse scan a~'                        '<scan><a folder>'
	'lapse trend --output=the~'            '<trend><--output=the file.py>'
	'lapse trend -o the~'                  '<trend><-o><the file.py>'
	'lapse lint -- --nothi~'               '<lint><--><--nothi>'
)
shells='bash zsh fish'
echo "1..$((${#lines[@]} / 2 * 3 + 3))"
number=0 failed=0
result() { # result STATUS NAME
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		failed=$((failed + 1))
		echo "not ok $number - $2"
	fi
}

# A shell on a terminal of its own: `script` gives it one.
typed() {
	if script --version >/dev/null 2>&1; then
		script -qec "$1" /dev/null
	else
		script -q /dev/null sh -c "$1" # BSD
	fi
}

stub='lapse() { if [ "$1" = completion ]; then command lapse "$@"; else printf "<%s>" "$@" >>"$GOT"; echo >>"$GOT"; fi; }'
start_bash="exec bash --norc --noprofile -i"
begin_bash="$stub; . '$source/lapse.bash'"
start_zsh="exec zsh -f -i"
begin_zsh="$stub; autoload -U compinit; compinit -D -u; . '$source/lapse.zsh'"
start_fish="exec fish --no-config -i"
begin_fish="function lapse; if test \"\$argv[1]\" = completion; command lapse \$argv; else; printf '<%s>' \$argv >>\$GOT; echo >>\$GOT; end; end; source '$source/lapse.fish'"

for shell in $shells; do
	if ! command -v "$shell" >/dev/null; then
		for ((i = 0; i <= ${#lines[@]} / 2; i++)); do
			number=$((number + 1))
			echo "ok $number - $shell # SKIP $shell is not installed"
		done
		continue
	fi
	start=start_$shell begin=begin_$shell
	: >"$GOT"
	rm -f ran
	{
		printf '%s\n' "${!begin}"
		for ((i = 0; i < ${#lines[@]}; i += 2)); do
			printf '%s\n' "${lines[i]//\~/$'\t'}"
		done
		echo exit
	} | typed "${!start}" >"$top/screen" 2>&1
	mapfile -t got < <(sed 's|/>$|>|' "$GOT") # zsh takes the slash away again
	for ((i = 0; i < ${#lines[@]}; i += 2)); do
		[ "${got[i / 2]-}" = "${lines[i + 1]}" ]
		result $? "$shell: ${lines[i]}"
		[ "${got[i / 2]-}" = "${lines[i + 1]}" ] || echo "# got ${got[i / 2]-nothing}"
	done
	[ ! -e ran ]
	result $? "$shell: runs nothing of a reference's name"
done
[ $failed -eq 0 ]
