/*
 * Byte strings and the growable buffer. See str.h.
 */
#include "scan/base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/base/mem.h"

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int d = n ? memcmp(a.ptr, b.ptr, n) : 0;

	return d ? d : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.len >= n && memcmp(s.ptr, prefix, n) == 0;
}

bool str_ends(struct str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.len >= n && memcmp(s.ptr + s.len - n, suffix, n) == 0;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len && is_space(s.ptr[0]))
		s = str_drop(s, 1);
	while (s.len && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str str_drop(struct str s, size_t n)
{
	if (n > s.len)
		n = s.len;
	return n ? str_slice(s.ptr + n, s.len - n) : s;
}

ptrdiff_t str_find(struct str s, char c)
{
	const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return at ? at - s.ptr : -1;
}

ptrdiff_t str_rfind(struct str s, char c)
{
	for (size_t i = s.len; i > 0; i--)
		if (s.ptr[i - 1] == c)
			return (ptrdiff_t)i - 1;
	return -1;
}

bool str_next(struct str *rest, char sep, struct str *part)
{
	ptrdiff_t at;

	if (rest->len == 0)
		return false;
	at = str_find(*rest, sep);
	*part = at < 0 ? *rest : str_slice(rest->ptr, (size_t)at);
	*rest = at < 0 ? str_drop(*rest, rest->len) : str_drop(*rest, (size_t)at + 1);
	return true;
}

static void reserve(struct strbuf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 64;

	while (cap < b->len + more + 1)
		cap *= 2;
	if (cap != b->cap) {
		b->ptr = mem_resize(b->ptr, cap, 1);
		b->cap = cap;
	}
}

void strbuf_add(struct strbuf *b, struct str s)
{
	reserve(b, s.len);
	if (s.len)
		memcpy(b->ptr + b->len, s.ptr, s.len);
	b->len += s.len;
	b->ptr[b->len] = '\0';
}

void strbuf_addz(struct strbuf *b, const char *z)
{
	strbuf_add(b, str_from(z));
}

void strbuf_addc(struct strbuf *b, char c)
{
	strbuf_add(b, str_slice(&c, 1));
}

void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0) {
		reserve(b, (size_t)n);
		(void)vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

void strbuf_clear(struct strbuf *b)
{
	b->len = 0;
	if (b->ptr)
		b->ptr[0] = '\0';
}

void strbuf_release(struct strbuf *b)
{
	free(b->ptr);
	*b = (struct strbuf){0};
}

struct str strbuf_str(const struct strbuf *b)
{
	return b->ptr ? str_slice(b->ptr, b->len) : STR_EMPTY;
}
