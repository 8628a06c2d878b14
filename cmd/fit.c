/*
 * Widths of columns and texts. See fit.h.
 */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "cmd/fit.h"

#include <string.h>
#include <wchar.h>

#define ELLIPSIS "\xe2\x80\xa6"

#define MOST_WISHED 48 /* columns of a text that can be cut, where there is room for so much */
#define WISH_STEP   4

/* What a column gets at least when those that can be cut shall have `wish`. */
static size_t least_width(const struct fit_column *c, size_t wish)
{
	size_t least = c->least > wish ? c->least : wish;

	if (c->least >= c->width)
		return c->width;
	return least < c->width ? least : c->width;
}

static size_t line_room(const struct fit_room *room, size_t line)
{
	size_t indent = line ? room->indent : 0;

	return room->total > indent ? room->total - indent : 0;
}

static size_t give_lines(
	struct fit_column *columns, size_t count, const struct fit_room *room, size_t wish)
{
	size_t line = 0, used = 0;

	for (size_t i = 0; i < count; i++) {
		size_t need = least_width(&columns[i], wish);

		if (used && used + room->gap + need > line_room(room, line)) {
			line++;
			used = 0;
		}
		used += (used ? room->gap : 0) + need;
		columns[i].line = line;
	}
	return line + 1;
}

static void fit_line(
	struct fit_column *columns, size_t count, size_t line, const struct fit_room *room)
{
	for (;;) {
		struct fit_column *widest = NULL;
		size_t used = 0;

		for (size_t i = 0; i < count; i++) {
			struct fit_column *c = &columns[i];

			if (c->line != line)
				continue;
			used += (used ? room->gap : 0) + c->width;
			if (c->width > c->least && (!widest || c->width > widest->width))
				widest = c;
		}
		if (used <= line_room(room, line) || !widest)
			return;
		widest->width--;
	}
}

size_t fit_columns(struct fit_column *columns, size_t count, const struct fit_room *room)
{
	size_t lines = give_lines(columns, count, room, 0);
	size_t wish = lines > 1 ? MOST_WISHED : 0;

	/* The lines that are needed anyway are used: texts get as much as fits into so many. */
	while (wish && give_lines(columns, count, room, wish) > lines)
		wish -= WISH_STEP;
	if (wish == 0)
		(void)give_lines(columns, count, room, 0);

	for (size_t line = 0; line < lines; line++)
		fit_line(columns, count, line, room);
	return lines;
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
