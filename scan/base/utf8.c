/*
 * See utf8.h.
 */
#include "scan/base/utf8.h"

#include <string.h>

size_t utf8_length(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	unsigned low = 0x80, high = 0xBF; /* what the second byte may be */
	size_t n;

	if (!s.len)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (p[0] == 0xE0)
		low = 0xA0; /* shorter forms exist below */
	else if (p[0] == 0xED)
		high = 0x9F; /* surrogates above */
	else if (p[0] == 0xF0)
		low = 0x90;
	else if (p[0] == 0xF4)
		high = 0x8F;
	if (s.len < n || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return n;
}

/* Source text is mostly ASCII: eight bytes at a time. */
static struct str skip_ascii(struct str s)
{
	uint64_t word;

	while (s.len >= sizeof word) {
		memcpy(&word, s.ptr, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			break;
		s = str_drop(s, sizeof word);
	}
	while (s.len && (unsigned char)s.ptr[0] < 0x80)
		s = str_drop(s, 1);
	return s;
}

bool utf8_is_valid(struct str s)
{
	while ((s = skip_ascii(s)).len) {
		size_t n = utf8_length(s);

		if (!n)
			return false;
		s = str_drop(s, n);
	}
	return true;
}

bool utf8_is_ascii(struct str s)
{
	return skip_ascii(s).len == 0;
}
