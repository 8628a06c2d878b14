/*
 * The formats of findings: the table of them, and those that are rows. See findings.h.
 */
#include "cmd/findings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/date.h"
#include "cmd/findings_private.h"
#include "scan/base/hash.h"

const char *const finding_format_names[] = {"text", "json", "table", "csv", "tsv", "ndjson",
	"markdown", "sarif", "gitlab", "github", NULL};
const char *const change_kind_names[CHANGE_KINDS + 1] = {
	[CHANGE_INTRODUCED] = "introduced",
	[CHANGE_FIXED] = "fixed",
	[CHANGE_SUPPRESSED] = "suppressed",
	[CHANGE_MOVED] = "moved",
	[CHANGE_UNCHANGED] = "unchanged",
};

/* ---- what formats share ---- */

void finding_nothing(struct finding_writer *w)
{
	(void)w;
}

void finding_flush(struct finding_writer *w)
{
	(void)fwrite(w->line.ptr, 1, w->line.len, w->out);
	strbuf_clear(&w->line);
}

void finding_fingerprint(
	struct finding_writer *w, const struct finding_change *c, char out[FINGERPRINT_BYTES])
{
	const struct finding *f = c->finding;
	uint64_t h = hash_field(HASH_SEED, str_from(rule_at(f->rule)->id)), *earlier;

	h = hash_field(hash_field(h, c->path), f->scope);
	h = hash_number(hash_number(h, f->id.token_hash), c->kind == CHANGE_FIXED);
	earlier = map_put(&w->seen, arena_dup(&w->arena, MAP_KEY(h)), NULL);
	h = hash_finish(hash_number(h, (*earlier)++));
	(void)snprintf(out, FINGERPRINT_BYTES, "%016" PRIx64, h);
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
	COLUMNS, /* of findings; changes have more */
	KIND = COLUMNS,
	EVENT,
	COMMIT_OID,
	AT,
	AUTHOR,
	EMAIL,
	SUMMARY,
	OLD_PATH,
	OLD_LINE,
	CHANGE_COLUMNS
};

static const struct row_column columns[CHANGE_COLUMNS] = {
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
	[KIND] = {.name = STR("kind"), .fit = FIT_WHOLE},
	[EVENT] = {.name = STR("event"), .fit = FIT_WHOLE},
	[COMMIT_OID] = {.name = STR("commit_oid"), .fit = FIT_WHOLE},
	[AT] = {.name = STR("at"), .fit = FIT_WHOLE},
	[AUTHOR] = {.name = STR("author"), .fit = FIT_WHOLE},
	[EMAIL] = {.name = STR("email"), .fit = FIT_WHOLE},
	[SUMMARY] = {.name = STR("summary"), .fit = FIT_CUT},
	[OLD_PATH] = {.name = STR("old_path"), .fit = FIT_WHOLE},
	[OLD_LINE] = {.name = STR("old_line"), .fit = FIT_WHOLE},
};

/* A table for people has no room for all of them; the first one is for changes only. */
#define TABLE_COLUMNS 6
static const struct row_column table_columns[TABLE_COLUMNS] = {
	{.name = STR("kind"), .fit = FIT_WHOLE},
	{.name = STR("path"), .fit = FIT_WHOLE},
	{.name = STR("line"), .fit = FIT_WHOLE},
	{.name = STR("level"), .fit = FIT_WHOLE},
	{.name = STR("rule"), .fit = FIT_WHOLE},
	{.name = STR("message"), .fit = FIT_WRAP},
};

static void rows_start(struct finding_writer *w)
{
	rows_begin(&w->rows, w->format->name, w->out, &w->terminal, columns,
		w->context.compares ? CHANGE_COLUMNS : COLUMNS);
}

/* Of the commit that did it. `text` holds what the cells refer to. */
struct commit_text {
	char hex[OID_HEX_LEN + 1], date[DATE_TEXT_BYTES];
};

static void set_commit(
	struct cell *cells, const struct commit_record *commit, struct commit_text *text)
{
	oid_hex(&commit->oid, text->hex);
	date_format(commit->committed_at, text->date);
	cells[COMMIT_OID] = CELL_Z(text->hex);
	cells[AT] = CELL_Z(text->date);
	cells[AUTHOR] = CELL_STR(commit->author.name);
	cells[EMAIL] = CELL_STR(commit->author.email);
	cells[SUMMARY] = CELL_STR(commit->summary);
}

/* Cells not set are NULL. */
static void set_change(struct cell *cells, const struct finding_change *c, struct commit_text *text)
{
	cells[KIND] = CELL_Z(change_kind_names[c->kind]);
	if (c->has_event)
		cells[EVENT] = CELL_Z(event_kind_name(c->event));
	if (c->commit)
		set_commit(cells, c->commit, text);
	if (c->old_path.len) {
		cells[OLD_PATH] = CELL_STR(c->old_path);
		cells[OLD_LINE] = CELL_NUMBER(c->old_line);
	}
}

static void rows_finding(struct finding_writer *w, const struct finding_change *c)
{
	const struct finding *f = c->finding;
	struct commit_text text;
	struct cell cells[CHANGE_COLUMNS] = {
		[PATH] = CELL_STR(c->path),
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

	if (w->context.compares)
		set_change(cells, c, &text);
	(void)rows_add(&w->rows, cells);
}

static void table_start(struct finding_writer *w)
{
	size_t first = !w->context.compares;

	rows_begin(&w->rows, w->format->name, w->out, &w->terminal, table_columns + first,
		TABLE_COLUMNS - first);
}

static void table_finding(struct finding_writer *w, const struct finding_change *c)
{
	const struct finding *f = c->finding;
	const struct cell cells[TABLE_COLUMNS] = {
		CELL_Z(change_kind_names[c->kind]),
		CELL_STR(c->path),
		CELL_NUMBER(f->line),
		CELL_Z(level_name(f->level)),
		CELL_Z(rule_at(f->rule)->id),
		CELL_STR(f->message),
	};

	if (!f->suppressed || c->kind == CHANGE_SUPPRESSED)
		(void)rows_add(&w->rows, cells + !w->context.compares);
}

static void rows_stop(struct finding_writer *w)
{
	rows_end(&w->rows);
}

/* ---- the table ---- */

static const struct finding_format formats[] = {
	{"text", finding_nothing, findings_text_add, finding_nothing},
	{"json", rows_start, rows_finding, rows_stop},
	{"table", table_start, table_finding, rows_stop},
	{"csv", rows_start, rows_finding, rows_stop},
	{"tsv", rows_start, rows_finding, rows_stop},
	{"ndjson", rows_start, rows_finding, rows_stop},
	{"markdown", table_start, table_finding, rows_stop},
	{"sarif", finding_nothing, findings_sarif_add, findings_sarif_end},
	{"gitlab", findings_gitlab_begin, findings_gitlab_add, findings_gitlab_end},
	{"github", finding_nothing, findings_github_add, finding_nothing},
};

void findings_begin(struct finding_writer *w, const char *format, FILE *out,
	const struct terminal *terminal, const struct finding_context *context)
{
	*w = (struct finding_writer){.out = out, .terminal = *terminal};
	if (context)
		w->context = *context;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (strcmp(formats[i].name, format) == 0)
			w->format = &formats[i];
	if (!w->format)
		abort(); /* the option table let a name through that is not here */
	w->format->begin(w);
}

void findings_add_change(struct finding_writer *w, const struct finding_change *c)
{
	w->format->add(w, c);
	w->count++;
}

void findings_add(struct finding_writer *w, const char *path, const struct finding *f)
{
	const struct finding_change c = {
		.kind = CHANGE_UNCHANGED, .path = str_from(path), .finding = f};

	findings_add_change(w, &c);
}

size_t findings_end(struct finding_writer *w)
{
	w->format->end(w);
	strbuf_release(&w->line);
	map_release(&w->seen);
	arena_release(&w->arena);
	return w->left_out;
}
