/*
 * The writer behind all row formats, and the formats that need no library: csv, tsv, markdown.
 */
#include "cmd/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/format.h"

const char *const row_format_names[] = {"table", "csv", "tsv", "json", "ndjson", "markdown", NULL};

static const struct row_format *find_format(const char *name)
{
	for (const struct row_format *f = row_formats; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	abort(); /* the option table let a name through that row_formats lacks */
}

void rows_begin(struct row_writer *w, const char *format, FILE *out,
	const struct terminal *terminal, const struct row_column *columns, size_t column_count)
{
	*w = (struct row_writer){.format = find_format(format),
		.out = out,
		.terminal = *terminal,
		.columns = columns,
		.column_count = column_count};
	w->format->begin(w);
}

bool rows_add(struct row_writer *w, const struct cell *cells)
{
	w->format->row(w, cells);
	w->row_count++;
	return !ferror(w->out);
}

void rows_end(struct row_writer *w)
{
	w->format->end(w);
	strbuf_release(&w->line);
	arena_release(&w->arena);
	vec_release(&w->kept);
}

/* 15 significant digits when they read back as the same number, else 17: 0.1 stays 0.1. */
static void add_real(struct strbuf *out, double x)
{
	char text[40];

	(void)snprintf(text, sizeof text, "%.15g", x);
	if (strtod(text, NULL) != x)
		(void)snprintf(text, sizeof text, "%.17g", x);
	strbuf_addz(out, text);
	if (!strpbrk(text, ".en"))
		strbuf_addz(out, ".0");
}

void cell_add_text(struct strbuf *out, const struct cell *c, enum text_keep keep)
{
	switch (c->type) {
	case CELL_NULL:
		break;
	case CELL_INTEGER:
		strbuf_addf(out, "%" PRId64, c->integer);
		break;
	case CELL_REAL:
		add_real(out, c->real);
		break;
	case CELL_BOOLEAN:
		strbuf_addz(out, c->integer ? "true" : "false");
		break;
	case CELL_TEXT:
		text_escape(out, c->text, keep);
		break;
	}
}

void format_flush(struct row_writer *w)
{
	if (w->line.len)
		(void)fwrite(w->line.ptr, 1, w->line.len, w->out);
	strbuf_clear(&w->line);
}

void format_nothing(struct row_writer *w)
{
	(void)w;
}

/* Runs `add` for every cell, with separators and a line break. */
static void write_cells(struct row_writer *w, const struct cell *cells, char separator,
	void (*add)(struct strbuf *out, const struct cell *c))
{
	for (size_t i = 0; i < w->column_count; i++) {
		if (i)
			strbuf_addc(&w->line, separator);
		add(&w->line, &cells[i]);
	}
	strbuf_addc(&w->line, '\n');
	format_flush(w);
}

static void write_header(
	struct row_writer *w, char separator, void (*add)(struct strbuf *out, const struct cell *c))
{
	struct cell *names = ARENA_ARRAY(&w->arena, w->column_count, struct cell);

	for (size_t i = 0; i < w->column_count; i++)
		names[i] = CELL_STR(w->columns[i].name);
	write_cells(w, names, separator, add);
}

/* ---- csv: RFC 4180 with LF line ends ---- */

/* Spreadsheets run cells that begin like this as formulas: OWASP, "CSV Injection". */
static bool looks_like_formula(const struct cell *c)
{
	return c->type == CELL_TEXT && c->text.len && c->text.ptr[0] &&
		strchr("=+-@\t\r", c->text.ptr[0]);
}

static void add_csv(struct strbuf *out, const struct cell *c)
{
	struct strbuf text = {0};
	struct str s;

	if (looks_like_formula(c))
		strbuf_addc(&text, '\'');
	cell_add_text(&text, c, TEXT_KEEP_BLANKS);
	s = strbuf_str(&text);
	if (s.len && strpbrk(s.ptr, "\",\n\r\t")) {
		strbuf_addc(out, '"');
		for (size_t i = 0; i < s.len; i++) {
			if (s.ptr[i] == '"')
				strbuf_addc(out, '"');
			strbuf_addc(out, s.ptr[i]);
		}
		strbuf_addc(out, '"');
	} else {
		strbuf_add(out, s);
	}
	strbuf_release(&text);
}

static void csv_begin(struct row_writer *w)
{
	write_header(w, ',', add_csv);
}

static void csv_row(struct row_writer *w, const struct cell *cells)
{
	write_cells(w, cells, ',', add_csv);
}

/* ---- tsv ---- */

static void add_tsv(struct strbuf *out, const struct cell *c)
{
	cell_add_text(out, c, TEXT_KEEP_NONE);
}

static void tsv_begin(struct row_writer *w)
{
	write_header(w, '\t', add_tsv);
}

static void tsv_row(struct row_writer *w, const struct cell *cells)
{
	write_cells(w, cells, '\t', add_tsv);
}

/* ---- markdown: GitHub's tables ---- */

static void add_markdown(struct strbuf *out, const struct cell *c)
{
	struct strbuf text = {0};

	cell_add_text(&text, c, TEXT_KEEP_NONE);
	for (size_t i = 0; i < text.len; i++) {
		if (c->type == CELL_TEXT && strchr("\\`*_{}[]<>()#|~&!", text.ptr[i]))
			strbuf_addc(out, '\\');
		strbuf_addc(out, text.ptr[i]);
	}
	strbuf_release(&text);
}

static void markdown_line(struct row_writer *w, const struct cell *cells)
{
	for (size_t i = 0; i < w->column_count; i++) {
		strbuf_addz(&w->line, i ? " | " : "| ");
		add_markdown(&w->line, &cells[i]);
	}
	strbuf_addz(&w->line, " |\n");
	format_flush(w);
}

/* Alignment comes before the rows, so they are kept until the end. */
static void markdown_end(struct row_writer *w)
{
	struct cell *names = ARENA_ARRAY(&w->arena, w->column_count, struct cell);

	for (size_t i = 0; i < w->column_count; i++)
		names[i] = CELL_STR(w->columns[i].name);
	markdown_line(w, names);
	for (size_t i = 0; i < w->column_count; i++)
		strbuf_addz(&w->line, format_is_number(w, i) ? "| ---: " : "| --- ");
	strbuf_addz(&w->line, "|\n");
	for (size_t i = 0; i < w->kept.len; i += w->column_count)
		markdown_line(w, &w->kept.items[i]);
}

/* ---- keeping rows ---- */

void format_keep(struct row_writer *w, const struct cell *cells)
{
	for (size_t i = 0; i < w->column_count; i++) {
		struct cell *c = vec_push(&w->kept);

		*c = cells[i];
		if (c->type == CELL_TEXT)
			c->text = arena_dup(&w->arena, c->text);
	}
}

bool format_is_number(const struct row_writer *w, size_t column)
{
	bool some = false;

	for (size_t i = column; i < w->kept.len; i += w->column_count) {
		enum cell_type t = w->kept.items[i].type;

		if (t == CELL_TEXT || t == CELL_BOOLEAN)
			return false;
		some = some || t != CELL_NULL;
	}
	return some;
}

const struct row_format row_formats[] = {
	{"table", format_nothing, format_keep, format_table_end},
	{"csv", csv_begin, csv_row, format_nothing},
	{"tsv", tsv_begin, tsv_row, format_nothing},
	{"json", format_json_begin, format_json_row, format_json_end},
	{"ndjson", format_nothing, format_ndjson_row, format_nothing},
	{"markdown", format_nothing, format_keep, markdown_end},
	{0},
};
