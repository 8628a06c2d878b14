/*
 * UTF-8: where characters end and whether bytes are well-formed (RFC 3629, section 4: no
 * surrogates, nothing overlong).
 */
#ifndef LAPSE_BASE_UTF8_H
#define LAPSE_BASE_UTF8_H

#include "scan/base/str.h"

/* Length in bytes of the character at the start of s, 0 when there is no well-formed one. */
size_t utf8_length(struct str s);
bool utf8_is_valid(struct str s);
bool utf8_is_ascii(struct str s);

#endif
