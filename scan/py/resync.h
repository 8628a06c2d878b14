/*
 * Keeps an unclosed bracket from swallowing the rest of the file. Private to scan/py.
 */
#ifndef LAPSE_PY_RESYNC_H
#define LAPSE_PY_RESYNC_H

#include "scan/py/cst.h"

/*
 * Where a line inside brackets starts with a keyword that only starts statements, the bracket was
 * never closed: from the line that opened it up to there, *text becomes a stand-in (a copy in
 * `buf`, of the same length) and the range goes to `out`, ascending. The stand-in is `0`, or `if
 * 0:` for the header of a block that goes on. Returns whether there was any.
 */
bool resync_text(struct str *text, struct strbuf *buf, py_ranges *out);

#endif
