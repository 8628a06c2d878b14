/*
 * Widths of columns and texts. See fit.h.
 */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "cmd/fit.h"

#include <string.h>
#include <wchar.h>

#define ELLIPSIS "\xe2\x80\xa6"

static size_t used_width(const struct fit_column *columns, size_t count, size_t gap)
{
	size_t used = 0, shown = 0;

	for (size_t i = 0; i < count; i++)
		if (!columns[i].hidden) {
			used += columns[i].width;
			shown++;
		}
	return shown ? used + gap * (shown - 1) : 0;
}

static struct fit_column *widest_that_can(struct fit_column *columns, size_t count)
{
	struct fit_column *widest = NULL;

	for (size_t i = 0; i < count; i++)
		if (!columns[i].hidden && columns[i].width > columns[i].least &&
			(!widest || columns[i].width > widest->width))
			widest = &columns[i];
	return widest;
}

static void hide_last(struct fit_column *columns, size_t count)
{
	while (count > 1 && columns[count - 1].hidden)
		count--;
	if (count > 1)
		columns[count - 1].hidden = true;
}

/* Least widths decide who stays; then those who stay share the room. */
static void hide_columns(struct fit_column *columns, size_t count, size_t gap, size_t total)
{
	for (size_t left = count; left > 1; left--) {
		size_t used = gap * (left - 1);

		for (size_t i = 0; i < left; i++)
			used += columns[i].least < columns[i].width ? columns[i].least
								    : columns[i].width;
		if (used <= total)
			return;
		hide_last(columns, count);
	}
}

void fit_columns(struct fit_column *columns, size_t count, size_t gap, size_t total)
{
	struct fit_column *widest;

	hide_columns(columns, count, gap, total);
	while (used_width(columns, count, gap) > total &&
		(widest = widest_that_can(columns, count)) != NULL)
		widest->width--;
}

/* Bytes and columns of the character at the start of s. */
static size_t one_character(struct str s, size_t *columns)
{
	mbstate_t state = {0};
	wchar_t c;
	size_t n = mbrtowc(&c, s.ptr, s.len, &state);
	int width;

	*columns = 1;
	if (n == 0 || n > s.len)
		return 1; /* NUL, or no character of this locale */
	width = wcwidth(c);
	if (width >= 0)
		*columns = (size_t)width;
	return n;
}

size_t fit_width(struct str s)
{
	size_t total = 0, columns;

	while (s.len) {
		s = str_drop(s, one_character(s, &columns));
		total += columns;
	}
	return total;
}

void fit_cut(struct strbuf *out, struct str s, size_t width, bool keep_end)
{
	size_t whole = fit_width(s), used = 0, columns, n;

	if (whole <= width || width == 0) {
		strbuf_add(out, s);
		return;
	}
	if (keep_end) {
		strbuf_addz(out, ELLIPSIS);
		for (; whole > width - 1; whole -= columns)
			s = str_drop(s, one_character(s, &columns));
		strbuf_add(out, s);
		return;
	}
	while (n = one_character(s, &columns), used + columns < width) {
		strbuf_add(out, str_slice(s.ptr, n));
		s = str_drop(s, n);
		used += columns;
	}
	strbuf_addz(out, ELLIPSIS);
}
