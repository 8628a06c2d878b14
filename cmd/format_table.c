/*
 * Rows as a table, by libsmartcols: columns aligned, numbers to the right, and on a terminal fitted
 * to its width by cutting or wrapping the long text columns. Elsewhere nothing is cut.
 */
#include <libsmartcols.h>
#include <stdlib.h>

#include "cmd/format.h"

#define LONG_TEXT 24 /* bytes; columns with longer text may be cut */

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

static enum column_fit fit_of(const struct row_writer *w, size_t column)
{
	enum column_fit fit = w->columns[column].fit;

	if (fit != FIT_AUTO)
		return fit;
	return longest_text(w, column) > LONG_TEXT && has_blanks(w, column) ? FIT_CUT : FIT_WHOLE;
}

static int column_flags(const struct row_writer *w, size_t column)
{
	int flags = format_is_number(w, column) ? SCOLS_FL_RIGHT : 0;

	if (!w->terminal.width)
		return flags;
	switch (fit_of(w, column)) {
	case FIT_CUT:
		return flags | SCOLS_FL_TRUNC;
	case FIT_WRAP:
		return flags | SCOLS_FL_WRAP;
	case FIT_AUTO:
	case FIT_WHOLE:
		break;
	}
	return flags;
}

static void add_columns(struct row_writer *w, struct libscols_table *t)
{
	for (size_t i = 0; i < w->column_count; i++) {
		struct libscols_column *c;

		strbuf_clear(&w->line);
		text_escape(&w->line, w->columns[i].name, TEXT_KEEP_NONE);
		c = scols_table_new_column(
			t, w->line.len ? w->line.ptr : "", 0, column_flags(w, i));
		if (!c)
			mem_fail();
		(void)scols_cell_set_color(scols_column_get_header(c), "bold");
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

static void add_line(struct row_writer *w, struct libscols_table *t, const struct cell *cells)
{
	struct libscols_line *line = scols_table_new_line(t, NULL);

	if (!line)
		mem_fail();
	for (size_t i = 0; i < w->column_count; i++) {
		strbuf_clear(&w->line);
		cell_add_text(&w->line, &cells[i], TEXT_KEEP_NONE);
		if (w->line.len == 0)
			continue;
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

	if (w->kept.len == 0) {
		write_names(w);
		return;
	}
	t = new_table(w);
	add_columns(w, t);
	for (size_t i = 0; i < w->kept.len; i += w->column_count)
		add_line(w, t, &w->kept.items[i]);
	(void)scols_print_table(t);
	scols_unref_table(t);
}
