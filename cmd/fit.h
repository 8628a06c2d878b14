/*
 * Fitting the columns of a table to the width of a terminal: who gives way, how far, and which
 * columns have to go to a line of their own. Widths are columns of a terminal.
 */
#ifndef LAPSE_CMD_FIT_H
#define LAPSE_CMD_FIT_H

#include "scan/base/str.h"

struct fit_column {
	size_t width; /* in: what it would like; out: what it gets */
	size_t least; /* may shrink to this; not less than width: never */
	size_t line;  /* out: of the lines that a row takes, from 0 */
};

struct fit_room {
	size_t total;  /* width of the terminal */
	size_t gap;    /* between columns */
	size_t indent; /* of all lines but a row's first */
};

/* Gives every column a line, in order and as few lines as their least widths need, shared so that
 * little is cut, and makes the widths fit: the widest of a line gives way first. Returns the number
 * of lines, at least 1. */
size_t fit_columns(struct fit_column *columns, size_t count, const struct fit_room *room);

/* Columns that valid UTF-8 takes: wide characters two, combining ones none. Needs a UTF-8 locale.
 */
size_t fit_width(struct str s);
/* Adds `s` cut to `width` columns, with an ellipsis where something is left out: at the end, or at
 * the beginning with keep_end (paths). */
void fit_cut(struct strbuf *out, struct str s, size_t width, bool keep_end);

#endif
