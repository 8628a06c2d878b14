/*
 * See text.h. Well-formed UTF-8 is the table of RFC 3629, section 4.
 */
#include "scan/text.h"

#include <iconv.h>
#include <string.h>

#define MAX_ENCODING_BYTES 64
#define UTF8_MAX_BYTES     4

/* Length of the well-formed character at the start of s, 0 when there is none. */
static size_t char_bytes(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	unsigned low = 0x80, high = 0xBF; /* what the second byte may be */
	size_t n;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (p[0] == 0xE0)
		low = 0xA0;
	else if (p[0] == 0xED)
		high = 0x9F;
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

bool text_is_utf8(struct str s)
{
	while (s.len) {
		size_t n = char_bytes(s);

		if (!n)
			return false;
		s = str_drop(s, n);
	}
	return true;
}

struct str text_utf8(struct arena *a, struct str raw)
{
	struct strbuf b = {0};
	struct str out;

	if (text_is_utf8(raw))
		return raw;
	while (raw.len) {
		size_t n = char_bytes(raw);

		if (n)
			strbuf_add(&b, str_slice(raw.ptr, n));
		else
			strbuf_addf(&b, "\\x%02x", (unsigned char)raw.ptr[0]);
		raw = str_drop(raw, n ? n : 1);
	}
	out = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	return out;
}

static bool convert(iconv_t from, struct arena *a, struct str raw, struct str *out)
{
	size_t in_left = raw.len, cap = raw.len * UTF8_MAX_BYTES, out_left = cap;
	char *in = (char *)(uintptr_t)raw.ptr, *bytes = arena_alloc(a, cap), *at = bytes;

	if (iconv(from, &in, &in_left, &at, &out_left) == (size_t)-1)
		return false;
	/* A stateful encoding may still owe its last character. */
	if (iconv(from, NULL, NULL, &at, &out_left) == (size_t)-1)
		return false;
	*out = str_slice(bytes, cap - out_left);
	return text_is_utf8(*out);
}

struct str text_decode(struct arena *a, struct str raw, struct str encoding)
{
	char name[MAX_ENCODING_BYTES + 1] = "";
	struct str out;
	iconv_t from;
	bool fine;

	if (!encoding.len || encoding.len > MAX_ENCODING_BYTES)
		return text_utf8(a, raw);
	memcpy(name, encoding.ptr, encoding.len);
	from = iconv_open("UTF-8", name);
	if (from == (iconv_t)-1 && str_is(encoding, "latin-1"))
		from = iconv_open("UTF-8", "ISO-8859-1"); /* Python's name for it, not iconv's */
	if (from == (iconv_t)-1)
		return text_utf8(a, raw);
	fine = convert(from, a, raw, &out);
	(void)iconv_close(from);
	return fine ? out : text_utf8(a, raw);
}
