/*
 * Text for people: escaping what a terminal or a reader must not see raw, wrapping prose.
 *
 * Control characters (C0, DEL, C1) and bytes that are not UTF-8 become `\xNN`, byte by byte; all
 * else stays as it is.
 */
#ifndef LAPSE_CMD_TEXT_H
#define LAPSE_CMD_TEXT_H

#include "scan/base/str.h"

enum text_keep {
	TEXT_KEEP_NONE,    /* every control character is escaped */
	TEXT_KEEP_BLANKS,  /* TAB, LF and CR stay */
	TEXT_KEEP_CONTROL, /* all control characters but NUL stay: for formats that escape them */
};

void text_escape(struct strbuf *out, struct str s, enum text_keep keep);
/* Adds the paragraphs of `s` (separated by blank lines; lines that start with a space are kept as
 * they are), wrapped at `width` columns, every line behind `indent` spaces. Ends with a line break.
 * Width counts bytes: for our own ASCII prose. */
void text_wrap(struct strbuf *out, struct str s, size_t width, size_t indent);

/* "1,234,567". */
void text_add_number(struct strbuf *out, int64_t n);
/* "1 file", "12 files". */
void text_add_count(struct strbuf *out, int64_t n, const char *one, const char *many);

#endif
