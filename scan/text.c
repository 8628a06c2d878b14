/*
 * See text.h.
 */
#include "scan/text.h"

#include <iconv.h>
#include <string.h>

#include "scan/base/utf8.h"

#define MAX_ENCODING_BYTES 64
#define UTF8_MAX_BYTES     4

struct str text_utf8(struct arena *a, struct str raw)
{
	struct strbuf b = {0};
	struct str out;

	if (utf8_is_valid(raw))
		return raw;
	while (raw.len) {
		size_t n = utf8_length(raw);

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
	return utf8_is_valid(*out);
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
