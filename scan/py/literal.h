/*
 * The contents of Python string literals. Private to scan/py.
 */
#ifndef LAPSE_PY_LITERAL_H
#define LAPSE_PY_LITERAL_H

#include "scan/base/str.h"

struct literal_prefix {
	bool raw, bytes, format, backtick;
	uint32_t quotes; /* how many open it: 1 or 3 */
};

/* Of a literal's opening: `rb'`, `F"""`. */
struct literal_prefix literal_prefix(struct str opening);

/* Is the text of the literal not what stands in the source: escapes, carriage returns? */
bool literal_needs_decoding(struct str body, const struct literal_prefix *prefix);

/* Adds what `body`, the bytes between the quotes (for an f-string a part of them), stands for.
 * Escapes above ASCII become UTF-8 in str, bytes in bytes; unknown ones stay, as in Python. Names
 * of characters (\N{…}) are not looked up: U+FFFD. Line ends become \n. */
void literal_decode(struct strbuf *out, struct str body, const struct literal_prefix *prefix);

#endif
