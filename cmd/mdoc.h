/*
 * Text in mdoc, the language of manual pages: escaped, so that mandoc and groff show it as it is.
 */
#ifndef LAPSE_CMD_MDOC_H
#define LAPSE_CMD_MDOC_H

#include "scan/base/str.h"

/* Text within a line: of prose, or of a macro's arguments between double quotes. */
void mdoc_text(struct strbuf *out, struct str s);
/* A macro with one argument, however many words that has. */
void mdoc_macro(struct strbuf *out, const char *macro, struct str argument);
/* Lines as they are. */
void mdoc_code(struct strbuf *out, struct str s);
/* Paragraphs separated by blank lines; lines that start with a space are kept as they are; what
 * stands between backticks is bold. Begins at a new line and ends with one. */
void mdoc_prose(struct strbuf *out, struct str s);

#endif
