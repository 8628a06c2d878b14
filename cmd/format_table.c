/*
 * Rows as a table, by libsmartcols: columns aligned, numbers to the right. On a terminal the table
 * fits its width: long texts are cut or wrapped, times are shown as days, and when that is not
 * enough a row takes several lines. Elsewhere everything stands whole in one line.
 */
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/draw.h"
#include "cmd/fit.h"
#include "cmd/format.h"

#define GAP        2  /* between columns */
#define INDENT     4  /* of a row's second and later lines */
#define LEAST_CUT  12 /* columns of the terminal that text may be cut to */
#define LEAST_WRAP 24 /* and that it may be wrapped to */
#define BAR        10 /* of a bar, which stands behind its number */

/* What was decided before the first cell is given to libsmartcols. */
struct plan {
	enum column_fit *fits; /* never FIT_AUTO */
	struct fit_column *widths;
	bool *is_path; /* of a path the end tells more */
	bool limited;
	size_t lines; /* of a row */
};

/* "2024-05-31T12:30:00Z": on a terminal the day is enough. */
static bool is_time(struct str s)
{
	return s.len == strlen("2024-05-31T12:30:00Z") && s.ptr[4] == '-' && s.ptr[10] == 'T' &&
		s.ptr[19] == 'Z';
}

static double number_of(const struct cell *c)
{
	return c->type == CELL_INTEGER ? (double)c->integer : c->type == CELL_REAL ? c->real : 0;
}

/* Numbers stand to the right of their column, the bars in one line behind them. */
static void add_bar(struct row_writer *w, size_t column, const struct cell *c)
{
	struct strbuf number = {0};
	double most = 0;
	size_t width = 0;

	for (size_t i = column; i < w->kept.len; i += w->column_count) {
		const struct cell *k = &w->kept.items[i];

		strbuf_clear(&number);
		cell_add_text(&number, k, TEXT_KEEP_NONE);
		width = number.len > width ? number.len : width;
		most = number_of(k) > most ? number_of(k) : most;
	}
	strbuf_clear(&number);
	cell_add_text(&number, c, TEXT_KEEP_NONE);
	strbuf_addf(&w->line, "%*s ", (int)width, number.len ? number.ptr : "");
	draw_bar(&w->line, number_of(c), most, BAR);
	strbuf_release(&number);
}

/* Of the kept cell `at`, in w->line. */
static struct str cell_text(struct row_writer *w, size_t at)
{
	const struct cell *c = &w->kept.items[at];
	size_t column = at % w->column_count;
	enum column_draw draw = w->terminal.width ? w->columns[column].draw : DRAW_NOTHING;

	strbuf_clear(&w->line);
	if (draw == DRAW_BAR)
		add_bar(w, column, c);
	else if (draw == DRAW_SPARK && c->type == CELL_TEXT)
		draw_spark(&w->line, c->text);
	else if (c->type == CELL_TEXT && w->terminal.width && is_time(c->text))
		strbuf_add(&w->line, str_slice(c->text.ptr, strlen("2024-05-31")));
	else
		cell_add_text(&w->line, c, TEXT_KEEP_NONE);
	return strbuf_str(&w->line);
}

static bool any_cell_has(const struct row_writer *w, size_t column, char c)
{
	for (size_t i = column; i < w->kept.len; i += w->column_count)
		if (w->kept.items[i].type == CELL_TEXT && str_find(w->kept.items[i].text, c) >= 0)
			return true;
	return false;
}

/* Text without a blank or a slash is likely an id or a time: of use only when whole. */
static enum column_fit decide_fit(const struct row_writer *w, size_t column, bool *is_path)
{
	enum column_fit fit = w->columns[column].draw ? FIT_WHOLE : w->columns[column].fit;
	bool has_blanks = any_cell_has(w, column, ' ');

	*is_path = !has_blanks && any_cell_has(w, column, '/');
	if (fit != FIT_AUTO)
		return fit;
	return has_blanks || *is_path ? FIT_CUT : FIT_WHOLE;
}

static size_t natural_width(struct row_writer *w, size_t column)
{
	size_t most = fit_width(w->columns[column].name);

	for (size_t i = column; i < w->kept.len; i += w->column_count) {
		size_t n = fit_width(cell_text(w, i));

		most = n > most ? n : most;
	}
	return most;
}

static void plan_column(struct row_writer *w, struct plan *p, size_t column)
{
	struct fit_column *c = &p->widths[column];

	p->fits[column] = decide_fit(w, column, &p->is_path[column]);
	c->width = natural_width(w, column);
	c->least = c->width;
	if (p->fits[column] == FIT_CUT)
		c->least = LEAST_CUT;
	else if (p->fits[column] == FIT_WRAP)
		c->least = LEAST_WRAP;
}

static struct plan make_plan(struct row_writer *w)
{
	const struct fit_room room = {w->terminal.width, GAP, INDENT};
	struct plan p = {
		.fits = ARENA_ARRAY(&w->arena, w->column_count, enum column_fit),
		.widths = ARENA_ARRAY(&w->arena, w->column_count, struct fit_column),
		.is_path = ARENA_ARRAY(&w->arena, w->column_count, bool),
		.limited = w->terminal.width > 0,
		.lines = 1,
	};

	if (!p.limited)
		return p;
	for (size_t i = 0; i < w->column_count; i++)
		plan_column(w, &p, i);
	p.lines = fit_columns(p.widths, w->column_count, &room);
	/* Rows of several lines are put together line by line: no cell may have its own. */
	for (size_t i = 0; p.lines > 1 && i < w->column_count; i++)
		if (p.fits[i] == FIT_WRAP)
			p.fits[i] = FIT_CUT;
	return p;
}

static struct libscols_table *new_table(struct row_writer *w)
{
	struct libscols_table *t = scols_new_table();

	if (!t)
		mem_fail();
	scols_table_set_stream(t, w->out);
	scols_table_enable_noencoding(t, 1); /* cells are escaped already */
	scols_table_enable_colors(t, w->terminal.color);
	scols_table_set_column_separator(t, "  ");
	scols_table_set_termforce(t, SCOLS_TERMFORCE_NEVER); /* the widths are ours */
	return t;
}

static void add_columns(
	struct row_writer *w, const struct plan *p, size_t line, struct libscols_table *t)
{
	for (size_t i = 0; i < w->column_count; i++) {
		bool is_bar = p->limited && w->columns[i].draw == DRAW_BAR;
		int flags = format_is_number(w, i) && !is_bar ? SCOLS_FL_RIGHT : 0;
		struct libscols_column *c;

		if (p->limited && p->fits[i] == FIT_WRAP)
			flags |= SCOLS_FL_WRAP; /* at the line breaks that we put in */
		if (p->widths[i].line != line)
			flags |= SCOLS_FL_HIDDEN;
		strbuf_clear(&w->line);
		text_escape(&w->line, w->columns[i].name, TEXT_KEEP_NONE);
		c = scols_table_new_column(t, w->line.len ? w->line.ptr : "", 0, flags);
		if (!c)
			mem_fail();
		(void)scols_cell_set_color(scols_column_get_header(c), "bold");
		if (flags & SCOLS_FL_WRAP)
			(void)scols_column_set_wrapfunc(
				c, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
	}
}

/* Cuts w->line, or puts line breaks into it. */
static void fit_cell(struct row_writer *w, const struct plan *p, size_t column)
{
	size_t width = p->widths[column].width;
	struct strbuf fitted = {0};

	if (p->fits[column] == FIT_WRAP) {
		text_wrap(&fitted, strbuf_str(&w->line), width, 0);
		if (fitted.len)
			fitted.ptr[--fitted.len] = '\0'; /* the last line break */
	} else {
		fit_cut(&fitted, strbuf_str(&w->line), width, p->is_path[column]);
	}
	strbuf_release(&w->line);
	w->line = fitted;
}

static void color_cell(struct libscols_line *line, size_t column, const char *text)
{
	static const char *const names[] = {
		[STYLE_RED] = "red", [STYLE_YELLOW] = "brown", [STYLE_CYAN] = "cyan"};
	enum style style = terminal_level_style(text);

	if (style != STYLE_END)
		(void)scols_cell_set_color(scols_line_get_cell(line, column), names[style]);
}

/* The row whose first kept cell is `first`. */
static void add_line(
	struct row_writer *w, const struct plan *p, struct libscols_table *t, size_t first)
{
	struct libscols_line *line = scols_table_new_line(t, NULL);

	if (!line)
		mem_fail();
	for (size_t i = 0; i < w->column_count; i++) {
		if (cell_text(w, first + i).len == 0)
			continue;
		if (p->limited)
			fit_cell(w, p, i);
		if (scols_line_set_data(line, i, w->line.ptr))
			mem_fail();
		if (w->terminal.color && str_is(w->columns[i].name, "level"))
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

/* One of the lines of every row, the names first. */
static struct libscols_table *make_table(struct row_writer *w, const struct plan *p, size_t line)
{
	struct libscols_table *t = new_table(w);

	add_columns(w, p, line, t);
	for (size_t i = 0; i < w->kept.len; i += w->column_count)
		add_line(w, p, t, i);
	return t;
}

/* Takes a line of each text in turn. */
static void interleave(struct row_writer *w, struct str *texts, size_t count)
{
	struct str part;

	while (str_next(&texts[0], '\n', &part)) {
		(void)fprintf(w->out, "%.*s\n", STR_ARG(part));
		for (size_t i = 1; i < count; i++)
			if (str_next(&texts[i], '\n', &part))
				(void)fprintf(w->out, "%*s%.*s\n", INDENT, "", STR_ARG(part));
	}
}

static void write_folded(struct row_writer *w, const struct plan *p)
{
	struct str *texts = ARENA_ARRAY(&w->arena, p->lines, struct str);

	for (size_t i = 0; i < p->lines; i++) {
		struct libscols_table *t = make_table(w, p, i);
		char *text = NULL;

		if (scols_print_table_to_string(t, &text) == 0)
			texts[i] = arena_dup(&w->arena, str_from(text));
		free(text);
		scols_unref_table(t);
	}
	interleave(w, texts, p->lines);
}

void format_table_end(struct row_writer *w)
{
	struct libscols_table *t;
	struct plan p;

	if (w->kept.len == 0) {
		write_names(w);
		return;
	}
	p = make_plan(w);
	if (p.lines > 1) {
		write_folded(w, &p);
		return;
	}
	t = make_table(w, &p, 0);
	(void)scols_print_table(t);
	scols_unref_table(t);
}
