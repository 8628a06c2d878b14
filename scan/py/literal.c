/*
 * Decoding of string literals (docs.python.org, "String and Bytes literals").
 */
#include "scan/py/literal.h"

#include <string.h>

#define REPLACEMENT_CHARACTER 0xFFFD
#define OCTAL_DIGITS          3

struct literal_prefix literal_prefix(struct str opening)
{
	struct literal_prefix p = {0};

	for (size_t i = 0; i < opening.len; i++) {
		char c = opening.ptr[i];

		p.raw |= c == 'r' || c == 'R';
		p.bytes |= c == 'b' || c == 'B';
		p.format |= c == 'f' || c == 'F';
		p.backtick |= c == '`';
		p.quotes += c == '\'' || c == '"' || c == '`';
	}
	return p;
}

bool literal_needs_decoding(struct str body, const struct literal_prefix *prefix)
{
	if (!body.len)
		return false;
	if (memchr(body.ptr, '\r', body.len))
		return true;
	if (!prefix->raw && memchr(body.ptr, '\\', body.len))
		return true;
	return prefix->format &&
		(memchr(body.ptr, '{', body.len) || memchr(body.ptr, '}', body.len));
}

static void add_utf8(struct strbuf *out, uint32_t c)
{
	if (c < 0x80) {
		strbuf_addc(out, (char)c);
	} else if (c < 0x800) {
		strbuf_addc(out, (char)(0xC0 | c >> 6));
		strbuf_addc(out, (char)(0x80 | (c & 0x3F)));
	} else if (c < 0x10000) {
		strbuf_addc(out, (char)(0xE0 | c >> 12));
		strbuf_addc(out, (char)(0x80 | (c >> 6 & 0x3F)));
		strbuf_addc(out, (char)(0x80 | (c & 0x3F)));
	} else {
		strbuf_addc(out, (char)(0xF0 | c >> 18));
		strbuf_addc(out, (char)(0x80 | (c >> 12 & 0x3F)));
		strbuf_addc(out, (char)(0x80 | (c >> 6 & 0x3F)));
		strbuf_addc(out, (char)(0x80 | (c & 0x3F)));
	}
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* Up to `max` digits of `base` at s; returns how many there were. */
static size_t read_digits(struct str s, size_t max, int base, uint32_t *value)
{
	size_t i = 0;

	*value = 0;
	while (i < max && i < s.len && digit_value(s.ptr[i]) < base)
		*value = *value * (uint32_t)base + (uint32_t)digit_value(s.ptr[i++]);
	return i;
}

static void add_code(struct strbuf *out, uint32_t c, const struct literal_prefix *p)
{
	if (p->bytes)
		strbuf_addc(out, (char)c);
	else
		add_utf8(out, c <= 0x10FFFF ? c : REPLACEMENT_CHARACTER);
}

/* \x, \u, \U: exactly `count` digits or no escape at all. `s` starts after the letter. */
static size_t decode_hex(
	struct strbuf *out, struct str s, size_t count, const struct literal_prefix *p)
{
	uint32_t value;

	if (read_digits(s, count, 16, &value) != count)
		return 0;
	add_code(out, value, p);
	return count + 1;
}

static size_t decode_name(struct strbuf *out, struct str s)
{
	ptrdiff_t close = s.len > 1 && s.ptr[1] == '{' ? str_find(s, '}') : -1;

	if (close < 0)
		return 0;
	add_utf8(out, REPLACEMENT_CHARACTER);
	return (size_t)close + 1;
}

static size_t decode_letter(struct strbuf *out, char c)
{
	static const char LETTERS[] = "abfnrtv\\'\"";
	static const char VALUES[] = "\a\b\f\n\r\t\v\\'\"";
	const char *at = c ? strchr(LETTERS, c) : NULL;

	if (!at)
		return 0;
	strbuf_addc(out, VALUES[at - LETTERS]);
	return 1;
}

/* `s` starts after the backslash. Returns the bytes used up, 0 when it is no escape. */
static size_t decode_escape(struct strbuf *out, struct str s, const struct literal_prefix *p)
{
	struct str rest = str_drop(s, 1);
	uint32_t value;
	size_t used;

	if (!s.len)
		return 0;
	switch (s.ptr[0]) {
	case '\r':
		return rest.len && rest.ptr[0] == '\n' ? 2 : 1;
	case '\n':
		return 1;
	case 'x':
		return decode_hex(out, rest, 2, p);
	case 'u':
		return p->bytes ? 0 : decode_hex(out, rest, 4, p);
	case 'U':
		return p->bytes ? 0 : decode_hex(out, rest, 8, p);
	case 'N':
		return p->bytes ? 0 : decode_name(out, s);
	default:
		used = read_digits(s, OCTAL_DIGITS, 8, &value);
		if (used)
			add_code(out, value, p);
		return used ? used : decode_letter(out, s.ptr[0]);
	}
}

/* One thing of the body at s: an escape, a doubled brace, a line end or a byte. */
static size_t decode_one(struct strbuf *out, struct str s, const struct literal_prefix *p)
{
	char c = s.ptr[0], next = s.len > 1 ? s.ptr[1] : '\0';

	if (c == '\\' && !p->raw) {
		size_t used = decode_escape(out, str_drop(s, 1), p);

		if (used)
			return used + 1;
	}
	if (c == '\r') {
		strbuf_addc(out, '\n');
		return next == '\n' ? 2 : 1;
	}
	strbuf_addc(out, c);
	return p->format && (c == '{' || c == '}') && c == next ? 2 : 1;
}

void literal_decode(struct strbuf *out, struct str body, const struct literal_prefix *prefix)
{
	while (body.len)
		body = str_drop(body, decode_one(out, body, prefix));
}
