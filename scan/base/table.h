/*
 * Read-only tables of strings that the build makes from TSV files (scan/base/table.awk): sorted by
 * the first column, immutable, shared by all threads, nothing to initialise.
 *
 * The symbol is the path with `_` for everything but letters and digits, without the extension:
 * scan/py/data/types.tsv is `extern const struct table table_scan_py_data_types;`.
 */
#ifndef LAPSE_BASE_TABLE_H
#define LAPSE_BASE_TABLE_H

#include "scan/base/str.h"

struct table {
	const char *const *cells; /* rows * columns, row by row; NUL-terminated, never NULL */
	size_t rows, columns;
};

/* Row i as its cells: table_row(t, i)[0] is the key. */
const char *const *table_row(const struct table *t, size_t i);
/* The row whose first cell is `key`, or NULL. O(log rows), no allocation. */
const char *const *table_find(const struct table *t, struct str key);
/* Index of the first row whose key is not less than `key`; rows when there is none. */
size_t table_lower(const struct table *t, struct str key);

#endif
