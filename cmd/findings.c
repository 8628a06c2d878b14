/*
 * The formats of findings. See findings.h.
 */
#include "cmd/findings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scan/rules/rule.h"

const char *const finding_format_names[] = {
	"text", "json", "table", "csv", "tsv", "ndjson", "markdown", NULL};

/* ---- text ---- */

static void nothing(struct finding_writer *w)
{
	(void)w;
}

static void text_add(struct finding_writer *w, const char *path, const struct finding *f)
{
	const struct terminal *t = &w->terminal;
	struct strbuf *b = &w->line;

	if (f->suppressed)
		return;
	strbuf_clear(b);
	strbuf_addz(b, terminal_style(t, STYLE_BOLD));
	text_escape(b, str_from(path), TEXT_KEEP_NONE);
	strbuf_addf(b, "%s:%" PRIu32 ":%" PRIu32 ": %s%s%s ", terminal_style(t, STYLE_END), f->line,
		f->column, terminal_style(t, terminal_level_style(level_name(f->level))),
		rule_at(f->rule)->id, terminal_style(t, STYLE_END));
	text_escape(b, f->message, TEXT_KEEP_NONE);
	strbuf_addc(b, '\n');
	(void)fwrite(b->ptr, 1, b->len, w->out);
}

/* ---- rows: `lint --format json` is a contract, names and order ---- */

enum {
	PATH,
	LINE,
	COLUMN,
	END_LINE,
	END_COLUMN,
	RULE,
	CATEGORY,
	LEVEL,
	MESSAGE,
	SCOPE,
	SNIPPET,
	SUPPRESSED,
	COLUMNS
};

static const struct row_column columns[COLUMNS] = {
	[PATH] = {.name = STR("path"), .fit = FIT_WHOLE},
	[LINE] = {.name = STR("line"), .fit = FIT_WHOLE},
	[COLUMN] = {.name = STR("column"), .fit = FIT_WHOLE},
	[END_LINE] = {.name = STR("end_line"), .fit = FIT_WHOLE},
	[END_COLUMN] = {.name = STR("end_column"), .fit = FIT_WHOLE},
	[RULE] = {.name = STR("rule"), .fit = FIT_WHOLE},
	[CATEGORY] = {.name = STR("category"), .fit = FIT_WHOLE},
	[LEVEL] = {.name = STR("level"), .fit = FIT_WHOLE},
	[MESSAGE] = {.name = STR("message"), .fit = FIT_AUTO},
	[SCOPE] = {.name = STR("scope"), .fit = FIT_AUTO},
	[SNIPPET] = {.name = STR("snippet"), .fit = FIT_CUT},
	[SUPPRESSED] = {.name = STR("suppressed"), .fit = FIT_WHOLE},
};

/* A table for people has no room for all of them. */
#define TABLE_COLUMNS 5
static const struct row_column table_columns[TABLE_COLUMNS] = {
	{.name = STR("path"), .fit = FIT_WHOLE},
	{.name = STR("line"), .fit = FIT_WHOLE},
	{.name = STR("level"), .fit = FIT_WHOLE},
	{.name = STR("rule"), .fit = FIT_WHOLE},
	{.name = STR("message"), .fit = FIT_WRAP},
};

static void rows_start(struct finding_writer *w)
{
	rows_begin(&w->rows, w->format->name, w->out, &w->terminal, columns, COLUMNS);
}

static void rows_finding(struct finding_writer *w, const char *path, const struct finding *f)
{
	const struct cell cells[COLUMNS] = {
		[PATH] = CELL_Z(path),
		[LINE] = CELL_NUMBER(f->line),
		[COLUMN] = CELL_NUMBER(f->column),
		[END_LINE] = CELL_NUMBER(f->end_line),
		[END_COLUMN] = CELL_NUMBER(f->end_column),
		[RULE] = CELL_Z(rule_at(f->rule)->id),
		[CATEGORY] = CELL_Z(rule_family_of(f->rule)->slug),
		[LEVEL] = CELL_Z(level_name(f->level)),
		[MESSAGE] = CELL_STR(f->message),
		[SCOPE] = CELL_STR(f->scope),
		[SNIPPET] = CELL_STR(f->snippet),
		[SUPPRESSED] = CELL_BOOL(f->suppressed),
	};

	(void)rows_add(&w->rows, cells);
}

static void table_start(struct finding_writer *w)
{
	rows_begin(&w->rows, w->format->name, w->out, &w->terminal, table_columns, TABLE_COLUMNS);
}

static void table_finding(struct finding_writer *w, const char *path, const struct finding *f)
{
	const struct cell cells[TABLE_COLUMNS] = {
		CELL_Z(path),
		CELL_NUMBER(f->line),
		CELL_Z(level_name(f->level)),
		CELL_Z(rule_at(f->rule)->id),
		CELL_STR(f->message),
	};

	if (!f->suppressed)
		(void)rows_add(&w->rows, cells);
}

static void rows_stop(struct finding_writer *w)
{
	rows_end(&w->rows);
}

static const struct finding_format formats[] = {
	{"text", nothing, text_add, nothing},
	{"json", rows_start, rows_finding, rows_stop},
	{"table", table_start, table_finding, rows_stop},
	{"csv", rows_start, rows_finding, rows_stop},
	{"tsv", rows_start, rows_finding, rows_stop},
	{"ndjson", rows_start, rows_finding, rows_stop},
	{"markdown", table_start, table_finding, rows_stop},
};

void findings_begin(
	struct finding_writer *w, const char *format, FILE *out, const struct terminal *terminal)
{
	*w = (struct finding_writer){.out = out, .terminal = *terminal};
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (strcmp(formats[i].name, format) == 0)
			w->format = &formats[i];
	if (!w->format)
		abort(); /* the option table let a name through that is not here */
	w->format->begin(w);
}

void findings_add(struct finding_writer *w, const char *path, const struct finding *f)
{
	w->format->add(w, path, f);
}

void findings_end(struct finding_writer *w)
{
	w->format->end(w);
	strbuf_release(&w->line);
}
