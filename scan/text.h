/*
 * Text from git objects, whose encoding nobody guarantees, as UTF-8 that can be stored and printed.
 */
#ifndef LAPSE_SCAN_TEXT_H
#define LAPSE_SCAN_TEXT_H

#include "scan/base/mem.h"

/* `raw` itself when it is UTF-8; else a copy in which each byte that is not is \xNN. */
struct str text_utf8(struct arena *a, struct str raw);
/* `raw` converted from `encoding` (an iconv name, as in a commit's encoding header); as text_utf8
 * when the encoding is empty, unknown, or not what the bytes are in. */
struct str text_decode(struct arena *a, struct str raw, struct str encoding);

#endif
