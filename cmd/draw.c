/*
 * Bars and sparklines of Unicode block elements (U+2581 … U+2588, U+2589 … U+258F). See draw.h.
 */
#include "cmd/draw.h"

#include <stdlib.h>
#include <string.h>

#define EIGHTHS 8

/* U+2588 is whole; rising: U+2581 is one eighth high; growing: U+258F is one eighth wide. */
static const char *const rising[] = {" ", "\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83",
	"\xe2\x96\x84", "\xe2\x96\x85", "\xe2\x96\x86", "\xe2\x96\x87", "\xe2\x96\x88"};
static const char *const growing[] = {"", "\xe2\x96\x8f", "\xe2\x96\x8e", "\xe2\x96\x8d",
	"\xe2\x96\x8c", "\xe2\x96\x8b", "\xe2\x96\x8a", "\xe2\x96\x89", "\xe2\x96\x88"};

static bool is_unicode(void)
{
	return MB_CUR_MAX > 1;
}

/* In eighths of a column, at least one for what is more than nothing. */
static size_t eighths_of(double value, double most, size_t columns)
{
	double n = value / most * (double)(columns * EIGHTHS) + 0.5;

	if (!(value > 0 && most > 0))
		return 0;
	return n < 1 ? 1 : n > (double)(columns * EIGHTHS) ? columns * EIGHTHS : (size_t)n;
}

void draw_bar(struct strbuf *out, double value, double most, size_t width)
{
	size_t n = eighths_of(value, most, width);

	if (!is_unicode()) {
		for (n = (n + EIGHTHS - 1) / EIGHTHS; n; n--)
			strbuf_addc(out, '#');
		return;
	}
	for (; n >= EIGHTHS; n -= EIGHTHS)
		strbuf_addz(out, growing[EIGHTHS]);
	strbuf_addz(out, growing[n]);
}

/* Takes the number before the next comma from s. */
static bool next_number(struct str *s, double *out)
{
	struct str part;
	char text[32], *end;

	if (!str_next(s, ',', &part) || part.len == 0 || part.len >= sizeof text)
		return false;
	memcpy(text, part.ptr, part.len);
	text[part.len] = '\0';
	*out = strtod(text, &end);
	return *end == '\0';
}

void draw_spark(struct strbuf *out, struct str numbers)
{
	struct str rest = numbers;
	double most = 0, n = 0;
	bool ok = is_unicode();

	while (rest.len && ok) {
		ok = next_number(&rest, &n);
		most = n > most ? n : most;
	}
	if (!ok) {
		strbuf_add(out, numbers);
		return;
	}
	for (rest = numbers; rest.len && next_number(&rest, &n);) /* all are numbers */
		strbuf_addz(out, rising[eighths_of(n, most, 1)]);
}
