/*
 * `lapse show` as rows. Columns are named as in the views.
 */
#include "cmd/date.h"
#include "cmd/rows.h"
#include "cmd/show.h"

static const struct row_column life_columns[] = {
	{.name = STR("finding"), .fit = FIT_WHOLE},
	{.name = STR("at"), .fit = FIT_WHOLE},
	{.name = STR("kind"), .fit = FIT_WHOLE},
	{.name = STR("commit_oid"), .fit = FIT_WHOLE},
	{.name = STR("author"), .fit = FIT_WHOLE},
	{.name = STR("email"), .fit = FIT_CUT},
	{.name = STR("path"), .fit = FIT_WHOLE},
	{.name = STR("line"), .fit = FIT_WHOLE},
	{.name = STR("snippet"), .fit = FIT_CUT},
	{.name = STR("step"), .fit = FIT_WHOLE},
	{.name = STR("confidence"), .fit = FIT_WHOLE},
	{.name = STR("on_default"), .fit = FIT_WHOLE},
	{.name = STR("related_commit"), .fit = FIT_WHOLE},
	{.name = STR("summary"), .fit = FIT_CUT},
};

static struct cell oid_cell(struct arena *a, const struct oid *oid)
{
	char hex[OID_HEX_LEN + 1];

	if (oid_is_zero(oid))
		return (struct cell){0};
	oid_hex(oid, hex);
	return CELL_STR(arena_dup(a, str_from(hex)));
}

static struct cell date_cell(struct arena *a, int64_t seconds)
{
	char date[DATE_TEXT_BYTES];

	date_format(seconds, date);
	return CELL_STR(arena_dup(a, str_from(date)));
}

static struct cell real_cell(double x)
{
	return (struct cell){.type = CELL_REAL, .real = x};
}

static void begin(
	struct session *s, struct row_writer *w, const struct row_column *columns, size_t n)
{
	rows_begin(
		w, options_text(&s->options, "format"), session_out(s), &s->terminal, columns, n);
}

void show_rows_life(struct session *s, const struct show_finding *f, const struct show_step *steps,
	uint32_t count)
{
	struct row_writer w;

	begin(s, &w, life_columns, ARRAY_LEN(life_columns));
	for (uint32_t i = 0; i < count; i++) {
		const struct show_step *x = &steps[i];
		const struct cell cells[] = {
			CELL_STR(f->key),
			date_cell(&s->arena, x->committed_at),
			CELL_Z(show_step_name(x)),
			oid_cell(&s->arena, &x->commit),
			CELL_STR(x->author),
			CELL_STR(x->email),
			CELL_STR(x->path),
			CELL_NUMBER(x->line),
			CELL_STR(x->snippet),
			CELL_Z(match_step_name(x->step)),
			real_cell(x->confidence),
			CELL_BOOL(x->on_default),
			oid_cell(&s->arena, &x->related),
			CELL_STR(x->summary),
		};

		(void)rows_add(&w, cells);
	}
	rows_end(&w);
}

static const struct row_column commit_columns[] = {
	{.name = STR("commit_oid"), .fit = FIT_WHOLE},
	{.name = STR("finding"), .fit = FIT_WHOLE},
	{.name = STR("kind"), .fit = FIT_WHOLE},
	{.name = STR("rule"), .fit = FIT_WHOLE},
	{.name = STR("category"), .fit = FIT_WHOLE},
	{.name = STR("level"), .fit = FIT_WHOLE},
	{.name = STR("path"), .fit = FIT_WHOLE},
	{.name = STR("line"), .fit = FIT_WHOLE},
	{.name = STR("scope"), .fit = FIT_CUT},
	{.name = STR("snippet"), .fit = FIT_CUT},
	{.name = STR("step"), .fit = FIT_WHOLE},
	{.name = STR("confidence"), .fit = FIT_WHOLE},
	{.name = STR("related_commit"), .fit = FIT_WHOLE},
};

void show_rows_commit(struct session *s, const struct show_commit *c,
	const struct show_event *events, uint32_t count)
{
	struct row_writer w;

	begin(s, &w, commit_columns, ARRAY_LEN(commit_columns));
	for (uint32_t i = 0; i < count; i++) {
		const struct show_event *x = &events[i];
		const struct show_finding *f = &x->finding;
		const struct cell cells[] = {
			oid_cell(&s->arena, &c->oid),
			CELL_STR(f->key),
			CELL_Z(event_kind_name(x->kind)),
			CELL_STR(f->rule),
			CELL_STR(f->category),
			CELL_Z(level_name(f->level)),
			CELL_STR(f->path),
			CELL_NUMBER(f->line),
			CELL_STR(f->scope),
			CELL_STR(f->snippet),
			CELL_Z(match_step_name(x->step)),
			real_cell(x->confidence),
			oid_cell(&s->arena, &x->related),
		};

		(void)rows_add(&w, cells);
	}
	rows_end(&w);
}
