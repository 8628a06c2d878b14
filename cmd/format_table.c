/*
 * Rows as a table, by libsmartcols: columns aligned, numbers to the right, and on a terminal fitted
 * to its width by cutting or wrapping the long text columns. Elsewhere nothing is cut.
 */
#include <libsmartcols.h>
#include <stdlib.h>

#include "cmd/format.h"

#define LEAST_WRAP 24
#define LONG_TEXT  24 /* bytes; columns with longer text may be cut */

static struct libscols_table *new_table(struct row_writer *w)
{
	struct libscols_table *t = scols_new_table();

	if (!t)
		mem_fail();
	scols_table_set_stream(t, w->out);
	scols_table_enable_noencoding(t, 1); /* cells are escaped already */
	scols_table_enable_colors(t, w->terminal.color);
	scols_table_set_column_separator(t, "  ");
	scols_table_set_termforce(
		t, w->terminal.width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	if (w->terminal.width)
		scols_table_set_termwidth(t, w->terminal.width);
	return t;
}

static size_t longest_text(const struct row_writer *w, size_t column)
{
	size_t most = 0;

	for (size_t i = column; i < w->kept.len; i += w->column_count)
		if (w->kept.items[i].type == CELL_TEXT && w->kept.items[i].text.len > most)
			most = w->kept.items[i].text.len;
	return most;
}

/* Text without a blank is likely an id, a path or a time: of use only when whole. */
static bool has_blanks(const struct row_writer *w, size_t column)
{
	for (size_t i = column; i < w->kept.len; i += w->column_count)
		if (w->kept.items[i].type == CELL_TEXT && str_find(w->kept.items[i].text, ' ') >= 0)
			return true;
	return false;
}

/* What was decided before the first cell is given to libsmartcols. */
struct plan {
	enum column_fit *fits; /* never FIT_AUTO */
	size_t wrap;           /* columns for text that wraps; 0: nothing is wrapped */
};

static enum column_fit decide_fit(const struct row_writer *w, size_t column)
{
	enum column_fit fit = w->columns[column].fit;

	if (fit != FIT_AUTO)
		return fit;
	return longest_text(w, column) > LONG_TEXT && has_blanks(w, column) ? FIT_CUT : FIT_WHOLE;
}

static int column_flags(const struct row_writer *w, const struct plan *p, size_t column)
{
	int flags = format_is_number(w, column) ? SCOLS_FL_RIGHT : 0;

	if (!w->terminal.width)
		return flags;
	switch (p->fits[column]) {
	case FIT_CUT:
		return flags | SCOLS_FL_TRUNC;
	case FIT_WRAP:
		return flags | SCOLS_FL_WRAP; /* at the line breaks that wrapped_text puts in */
	case FIT_AUTO:
	case FIT_WHOLE:
		break;
	}
	return flags;
}

/* Characters, for wrapping: our prose has no wide ones. */
static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return n;
}

static size_t natural_width(struct row_writer *w, size_t column)
{
	size_t most = characters(w->columns[column].name);

	for (size_t i = column; i < w->kept.len; i += w->column_count) {
		size_t n;

		strbuf_clear(&w->line);
		cell_add_text(&w->line, &w->kept.items[i], TEXT_KEEP_NONE);
		n = characters(strbuf_str(&w->line));
		most = n > most ? n : most;
	}
	return most;
}

/* What is left of the terminal for each column that wraps. libsmartcols would break lines within
 * words. */
static size_t wrap_width(struct row_writer *w, const enum column_fit *fits)
{
	size_t used = 0, wrapping = 0, left;

	for (size_t i = 0; i < w->column_count; i++) {
		used += i ? 2 : 0;
		if (fits[i] == FIT_WRAP)
			wrapping++;
		else
			used += natural_width(w, i);
	}
	if (!w->terminal.width || !wrapping)
		return 0;
	left = w->terminal.width > used ? (w->terminal.width - used) / wrapping : 0;
	return left < LEAST_WRAP ? LEAST_WRAP : left;
}

static struct plan make_plan(struct row_writer *w)
{
	struct plan p = {.fits = ARENA_ARRAY(&w->arena, w->column_count, enum column_fit)};

	for (size_t i = 0; i < w->column_count; i++)
		p.fits[i] = decide_fit(w, i);
	p.wrap = wrap_width(w, p.fits);
	return p;
}

/* Puts line breaks into w->line. */
static void wrap_cell(struct row_writer *w, size_t width)
{
	struct strbuf wrapped = {0};

	text_wrap(&wrapped, strbuf_str(&w->line), width, 0);
	if (wrapped.len)
		wrapped.ptr[--wrapped.len] = '\0'; /* the last line break */
	strbuf_release(&w->line);
	w->line = wrapped;
}

static void add_columns(struct row_writer *w, const struct plan *p, struct libscols_table *t)
{
	for (size_t i = 0; i < w->column_count; i++) {
		struct libscols_column *c;

		strbuf_clear(&w->line);
		text_escape(&w->line, w->columns[i].name, TEXT_KEEP_NONE);
		c = scols_table_new_column(
			t, w->line.len ? w->line.ptr : "", 0, column_flags(w, p, i));
		if (!c)
			mem_fail();
		(void)scols_cell_set_color(scols_column_get_header(c), "bold");
		if (p->fits[i] == FIT_WRAP)
			(void)scols_column_set_wrapfunc(
				c, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
	}
}

static void color_cell(struct libscols_line *line, size_t column, const char *text)
{
	static const char *const names[] = {
		[STYLE_RED] = "red", [STYLE_YELLOW] = "brown", [STYLE_CYAN] = "cyan"};
	enum style style = terminal_level_style(text);

	if (style != STYLE_END)
		(void)scols_cell_set_color(scols_line_get_cell(line, column), names[style]);
}

static void add_line(struct row_writer *w, const struct plan *p, struct libscols_table *t,
	const struct cell *cells)
{
	struct libscols_line *line = scols_table_new_line(t, NULL);

	if (!line)
		mem_fail();
	for (size_t i = 0; i < w->column_count; i++) {
		strbuf_clear(&w->line);
		cell_add_text(&w->line, &cells[i], TEXT_KEEP_NONE);
		if (w->line.len == 0)
			continue;
		if (p->wrap && p->fits[i] == FIT_WRAP)
			wrap_cell(w, p->wrap);
		if (scols_line_set_data(line, i, w->line.ptr))
			mem_fail();
		if (w->terminal.color)
			color_cell(line, i, w->line.ptr);
	}
}

/* libsmartcols prints nothing at all for a table without lines. */
static void write_names(struct row_writer *w)
{
	strbuf_clear(&w->line);
	for (size_t i = 0; i < w->column_count; i++) {
		strbuf_addz(&w->line, i ? "  " : "");
		text_escape(&w->line, w->columns[i].name, TEXT_KEEP_NONE);
	}
	strbuf_addc(&w->line, '\n');
	format_flush(w);
}

void format_table_end(struct row_writer *w)
{
	struct libscols_table *t;
	struct plan p;

	if (w->kept.len == 0) {
		write_names(w);
		return;
	}
	t = new_table(w);
	p = make_plan(w);
	add_columns(w, &p, t);
	for (size_t i = 0; i < w->kept.len; i += w->column_count)
		add_line(w, &p, t, &w->kept.items[i]);
	(void)scols_print_table(t);
	scols_unref_table(t);
}
