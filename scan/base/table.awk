# Turns a TSV file into a C source with one sorted, immutable `struct table` (scan/base/table.h):
#   LC_ALL=C awk -f table.awk -v name=scan/py/data/types.tsv scan/py/data/types.tsv
# gives `const struct table table_scan_py_data_types`.
#
# Contract of the file: the first line is the header and is kept out of the rows; every row has as
# many tab-separated cells as the header; the first column is the key, non-empty and unique. Rows may
# stand in any order: they are sorted by the bytes of the key here. Cells are kept as they are. Empty
# lines and lines that start with '#' are skipped. Anything else stops the build with a message.
BEGIN {
	FS = "\t"
	symbol = "table_" name
	sub(/\.tsv$/, "", symbol)
	gsub(/[^A-Za-z0-9_]/, "_", symbol)
}
function fail(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
	exit 1
}
function quoted(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	gsub(/\?/, "\\?", s)
	return "\"" s "\""
}
/^#/ || /^$/ { next }
!columns { columns = NF; next }
NF != columns { fail("has " NF " cells, the header has " columns) }
$1 == "" { fail("the first cell is empty") }
$1 in line { fail("second row for " $1) }
{
	line[$1] = $0
	key[++rows] = $1
}
# Shell sort: files have some hundred rows, and POSIX awk has no sort of its own.
function sort_keys(	gap, i, j, k) {
	for (gap = int(rows / 2); gap > 0; gap = int(gap / 2))
		for (i = gap + 1; i <= rows; i++) {
			k = key[i]
			for (j = i; j > gap && key[j - gap] "" > k ""; j -= gap)
				key[j] = key[j - gap]
			key[j] = k
		}
}
END {
	if (failed)
		exit 1
	sort_keys()
	print "#include \"scan/base/table.h\""
	print "static const char *const cells[] = {"
	for (i = 1; i <= rows; i++) {
		n = split(line[key[i]], cell, "\t")
		for (j = 1; j <= n; j++)
			printf "%s%s,", (j > 1 ? " " : "\t"), quoted(cell[j])
		print ""
	}
	print "};"
	printf "extern const struct table %s;\n", symbol
	printf "const struct table %s = {cells, %d, %d};\n", symbol, rows, columns
}
