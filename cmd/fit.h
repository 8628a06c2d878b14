/*
 * Fitting the columns of a table to the width of a terminal: who gives way, how far, and who has to
 * leave. Widths are columns of a terminal.
 */
#ifndef LAPSE_CMD_FIT_H
#define LAPSE_CMD_FIT_H

#include "scan/base/str.h"

struct fit_column {
	size_t width; /* in: what it would like; out: what it gets */
	size_t least; /* may shrink to this; not less than width: never */
	bool hidden;  /* out: there is no room at all */
};

/* Makes widths and `gap` columns between them fit `total`: the widest gives way first, and when
 * none can any more, the last columns are hidden. The first always stays. */
void fit_columns(struct fit_column *columns, size_t count, size_t gap, size_t total);

/* Columns that valid UTF-8 takes: wide characters two, combining ones none. Needs a UTF-8 locale.
 */
size_t fit_width(struct str s);
/* Adds `s` cut to `width` columns, with an ellipsis where something is left out: at the end, or at
 * the beginning with keep_end (paths). */
void fit_cut(struct strbuf *out, struct str s, size_t width, bool keep_end);

#endif
