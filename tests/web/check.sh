#!/bin/sh
# The page of `lapse html` in a real browser. LAPSE=path/to/lapse tests/web/check.sh [NODE_FOLDER]
# NODE_FOLDER has node_modules with playwright-core. Prints TAP. Needs git, node, chromium.
set -eu
: "${LAPSE:?the program to test}"
here=$(cd "$(dirname "$0")" && pwd)
modules=$(cd "${1:-build/web}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null HOME="$tmp"

for name in shop hostile; do
	stream="$here/$name.fi"
	[ -e "$stream" ] || stream="$here/../cli/$name.fi"
	git init -q -b main "$tmp/$name"
	git -C "$tmp/$name" fast-import --quiet <"$stream"
done
git -C "$tmp/shop" remote add origin https://github.com/example/shop.git
for name in shop hostile; do
	"$LAPSE" scan -q "$tmp/$name" --db "$tmp/all.db"
done
"$LAPSE" html --db "$tmp/all.db" --level info --since 2000 -o "$tmp/all.html"
"$LAPSE" html --db "$tmp/all.db" --level info --since 2000 --pseudonyms -o "$tmp/hidden.html"
cp "$here/page.mjs" "$modules/"
node "$modules/page.mjs" "$tmp/all.html" "$tmp/hidden.html" "$(command -v "${CHROMIUM:-chromium}")"
