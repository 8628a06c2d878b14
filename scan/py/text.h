/*
 * What has to be known about a source text before it is parsed: can it be, where are its lines,
 * which encoding, and what tree-sitter must see instead of it. Private to scan/py.
 */
#ifndef LAPSE_PY_TEXT_H
#define LAPSE_PY_TEXT_H

#include "scan/py/cst.h"

#define TEXT_BOM_BYTES 3 /* EF BB BF */

bool text_has_bom(struct str source);
/* Why the text is no Python source at all: "UTF-16", "NUL bytes"; NULL when it is. */
const char *text_unreadable(struct str source);
/* Is the text not UTF-8, by its PEP 263 cookie or by its bytes? */
bool text_is_latin1(struct str source);
/* Offsets where lines start, as Python counts lines: \n, \r\n and \r end one. */
void text_lines(struct str source, struct arena *arena, struct py_tree *t);

/*
 * The text for tree-sitter: `source` itself, or a copy in `buf` of the same length in which
 *  - bytes above ASCII are letters, when the file is not UTF-8;
 *  - a lone \r is \n, and a byte order mark is blanks that indent nothing;
 *  - lines of conflict markers are comments; the ranges of the conflicts go to `conflicts`;
 *  - indentation that mixes blanks and tabs has the width that Python gives it.
 */
struct str text_prepare(const struct py_tree *t, struct strbuf *buf, py_ranges *conflicts);

#endif
