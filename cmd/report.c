/*
 * A named query as a command: options from its header, rows to the output. See report.h.
 */
#include "cmd/report.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "cmd/config.h"
#include "cmd/database.h"
#include "cmd/date.h"
#include "cmd/pseudonym.h"
#include "cmd/rows.h"

int reports_load(struct reports *r, struct err *e)
{
	int status;

	*r = (struct reports){0};
	status = query_builtin(&r->arena, &r->items, &r->count, e);
	for (uint32_t i = 0; status == 0 && i < r->count; i++)
		r->items[i].name = arena_dup(&r->arena, r->items[i].name);
	return status;
}

void reports_release(struct reports *r)
{
	arena_release(&r->arena);
	*r = (struct reports){0};
}

const struct query *reports_find(const struct reports *r, const char *name)
{
	return query_find(r->items, r->count, str_from(name));
}

/* ---- options from parameters ---- */

/* Parameters with these names have the letter that the option has elsewhere. */
static char letter_of(struct str name)
{
	if (str_is(name, "level"))
		return 'l';
	return str_is(name, "category") ? 'c' : 0;
}

/* Likewise what the shell offers for them. */
static enum words words_of(struct str name)
{
	static const struct {
		const char *name;
		enum words words;
	} known[] = {{"category", WORDS_CATEGORIES}, {"rule", WORDS_RULES}, {"path", WORDS_FILES},
		{"ref", WORDS_REVISIONS}};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_is(name, known[i].name))
			return known[i].words;
	return WORDS_OF_TYPE;
}

static enum option_type option_type_of(const struct query_param *p)
{
	switch (p->type) {
	case QUERY_LEVEL:
		return OPTION_CHOICE;
	case QUERY_DATE:
		return OPTION_DATE;
	case QUERY_BOOL:
		return OPTION_FLAG;
	case QUERY_REAL:
		return OPTION_REAL;
	case QUERY_INT:
	case QUERY_TEXT:
		break;
	}
	return OPTION_TEXT;
}

static const char *argument_of(struct arena *a, const struct query_param *p)
{
	struct str upper;
	char *c;

	if (p->type == QUERY_BOOL)
		return NULL;
	upper = arena_dup(a, str_from(query_type_name(p->type)));
	for (c = (char *)upper.ptr; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return upper.ptr;
}

static void make_option(struct option_spec *o, struct arena *a, const struct query_param *p)
{
	o->name = arena_dup(a, p->name).ptr;
	o->letter = letter_of(p->name);
	o->type = option_type_of(p);
	o->argument = argument_of(a, p);
	o->initial =
		p->has_fallback && p->type != QUERY_BOOL ? arena_dup(a, p->fallback).ptr : NULL;
	o->help = arena_dup(a, p->text).ptr;
	o->words = words_of(p->name);
	o->choices = p->type == QUERY_LEVEL ? level_choices : NULL;
}

/* A parameter `repo` is the option that every report has anyway: see database.h. */
static bool is_shared(struct str name)
{
	return str_is(name, "repo");
}

/* Columns with these hints say who somebody is. */
static bool is_person(struct str hint)
{
	return str_is(hint, "author") || str_is(hint, "email");
}

static bool has_people(const struct query *q)
{
	for (uint32_t i = 0; i < q->column_count; i++)
		if (is_person(q->columns[i].hint))
			return true;
	return false;
}

static const struct option_spec pseudonyms_option = {
	.name = "pseudonyms", .help = "hide who people are"};

static const struct option_spec *make_options(struct arena *a, const struct query *q)
{
	struct option_spec *options = ARENA_ARRAY(a, q->param_count + 2, struct option_spec);
	uint32_t n = 0;

	for (uint32_t i = 0; i < q->param_count; i++)
		if (!is_shared(q->params[i].name))
			make_option(&options[n++], a, &q->params[i]);
	if (has_people(q))
		options[n++] = pseudonyms_option;
	return options;
}

static bool wants_pseudonyms(const struct session *s)
{
	return options_have(&s->options, pseudonyms_option.name) &&
		options_flag(&s->options, pseudonyms_option.name);
}

/* ---- binding ---- */

/* "2024", "2024-05", "2024-05-31": a time span that the query knows to mean as a whole. */
static bool is_plain_date(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '-' && (s.ptr[i] < '0' || s.ptr[i] > '9'))
			return false;
	return true;
}

static struct str option_as_text(const struct option_value *v, struct arena *a)
{
	char date[DATE_TEXT_BYTES];

	if (v->spec->type == OPTION_FLAG)
		return v->number ? STR("true") : STR("false");
	if (v->spec->type != OPTION_DATE || is_plain_date(str_from(v->text)))
		return str_from(v->text);
	date_format(v->number, date);
	if (date_is_day(str_from(v->text)))
		date[DATE_DAY_LENGTH] = '\0';
	return arena_dup(a, str_from(date));
}

/* {"core": ["*@core.example", …], …} */
static struct str teams_json(const struct config *c, struct arena *a)
{
	cJSON *teams = cJSON_CreateObject();
	struct str text;
	char *json;

	for (uint32_t i = 0; i < c->team_count; i++) {
		const struct config_team *t = &c->teams[i];
		cJSON *members = cJSON_AddArrayToObject(teams, arena_dup(a, t->name).ptr);

		for (uint32_t k = 0; k < t->members.count; k++)
			cJSON_AddItemToArray(
				members, cJSON_CreateString(arena_dup(a, t->members.items[k]).ptr));
	}
	json = cJSON_PrintUnformatted(teams);
	if (!json)
		mem_fail();
	text = arena_dup(a, str_from(json));
	cJSON_free(json);
	cJSON_Delete(teams);
	return text;
}

static int bind_one(struct session *s, const struct query_param *p, struct query_run *run,
	const struct database *d, struct err *e)
{
	const struct option_value *v;

	if (is_shared(p->name))
		return d->repo_name.len ? query_bind(run, p->name, d->repo_name, e) : 0;
	v = options_get(&s->options, arena_dup(&s->arena, p->name).ptr);
	if (!v->given && str_is(p->name, "teams") && s->config->team_count)
		return query_bind(run, p->name, teams_json(s->config, &s->arena), e);
	if (!v->given || query_bind(run, p->name, option_as_text(v, &s->arena), e) == 0)
		return 0;
	return err_set(e, ERR_USAGE, "--%s", arena_dup(&s->arena, str_from(e->message)).ptr);
}

static int bind_all(struct session *s, const struct query *q, struct query_run *run,
	const struct database *d, struct err *e)
{
	int r = 0;

	for (uint32_t i = 0; i < q->param_count && r == 0; i++)
		r = bind_one(s, &q->params[i], run, d, e);
	return r;
}

/* ---- rows ---- */

#define SHORT_COMMIT 12

/* What tables show differently from the formats for programs, and --pseudonyms everywhere. */
enum column_show { SHOW_AS_IS, SHOW_COMMIT, SHOW_PERCENT, SHOW_PSEUDONYM, SHOW_NOTHING };

struct report_column {
	enum column_show show;
	bool is_bool;
};

struct report_writer {
	struct row_writer rows;
	struct row_column *names;
	struct report_column *columns;
	struct cell *cells;
	uint32_t count;
	struct arena arena; /* of one row */
};

static bool is_for_people(const struct session *s)
{
	const char *format = options_text(&s->options, "format");

	return strcmp(format, "table") == 0 || strcmp(format, "markdown") == 0;
}

static enum column_show show_of(const struct session *s, struct str hint)
{
	if (is_person(hint) && wants_pseudonyms(s))
		return str_is(hint, "email") ? SHOW_NOTHING : SHOW_PSEUDONYM;
	if (is_for_people(s) && str_is(hint, "commit"))
		return SHOW_COMMIT;
	return is_for_people(s) && str_is(hint, "percent") ? SHOW_PERCENT : SHOW_AS_IS;
}

static void begin_rows(struct session *s, struct report_writer *w, struct query_run *run)
{
	w->count = query_column_count(run);
	w->names = ARENA_ARRAY(&s->arena, w->count, struct row_column);
	w->columns = ARENA_ARRAY(&s->arena, w->count, struct report_column);
	w->cells = ARENA_ARRAY(&s->arena, w->count, struct cell);
	for (uint32_t i = 0; i < w->count; i++) {
		struct query_column c = query_column(run, i);

		w->names[i].name = arena_dup(&s->arena, c.name);
		w->names[i].draw = str_is(c.hint, "bar") ? DRAW_BAR
			: str_is(c.hint, "spark")        ? DRAW_SPARK
							 : DRAW_NOTHING;
		w->columns[i].is_bool = c.type == QUERY_BOOL;
		w->columns[i].show = show_of(s, c.hint);
	}
	rows_begin(&w->rows, options_text(&s->options, "format"), session_out(s), &s->terminal,
		w->names, w->count);
}

static struct cell cell_of(
	struct report_writer *w, const struct report_column *c, struct query_value v)
{
	switch (v.kind) {
	case QUERY_IS_NULL:
		break;
	case QUERY_IS_INT:
		if (c->is_bool)
			return CELL_BOOL(v.integer);
		if (c->show == SHOW_PERCENT)
			return CELL_STR(arena_printf(&w->arena, "%.1f%%", (double)v.integer * 100));
		return CELL_NUMBER(v.integer);
	case QUERY_IS_REAL:
		if (c->show == SHOW_PERCENT)
			return CELL_STR(arena_printf(&w->arena, "%.1f%%", v.real * 100));
		return (struct cell){.type = CELL_REAL, .real = v.real};
	case QUERY_IS_TEXT:
		if (c->show == SHOW_NOTHING)
			break;
		if (c->show == SHOW_PSEUDONYM)
			return CELL_STR(pseudonym_of(&w->arena, v.text));
		if (c->show == SHOW_COMMIT && v.text.len > SHORT_COMMIT)
			v.text.len = SHORT_COMMIT;
		return CELL_STR(v.text);
	}
	return (struct cell){0};
}

static bool add_row(struct report_writer *w, struct query_run *run)
{
	arena_reset(&w->arena);
	for (uint32_t i = 0; i < w->count; i++)
		w->cells[i] = cell_of(w, &w->columns[i], query_value(run, i));
	return rows_add(&w->rows, w->cells);
}

static void tell_rest(const struct session *s, const struct query_run *run, size_t rows)
{
	if (query_truncated(run))
		session_note(s, "cut after %zu rows; --max-rows 0 gives all", rows);
	else if (rows == 0)
		session_note(s, "no rows");
}

int report_write(struct session *s, struct query_run *run)
{
	struct report_writer w = {0};
	struct err e;
	int r = query_next(run, &e);

	/* What fails at the first row must not leave half a document behind. */
	if (r < 0)
		return session_fail_err(s, &e);
	begin_rows(s, &w, run);
	while (r == 1 && add_row(&w, run))
		r = query_next(run, &e);
	if (r >= 0)
		tell_rest(s, run, w.rows.row_count);
	rows_end(&w.rows);
	arena_release(&w.arena);
	return r < 0 ? session_fail_err(s, &e) : EXIT_DONE;
}

/* ---- the command ---- */

struct query_limits report_limits(const struct session *s)
{
	int64_t rows = options_number(&s->options, "max-rows");
	struct query_limits l;

	l.time_ms = options_ms(&s->options, "timeout");
	l.rows = rows > UINT32_MAX ? UINT32_MAX : (uint32_t)rows;
	return l;
}

static int run_in(struct session *s, const struct query *q, const struct database *d)
{
	const struct query_limits limits = report_limits(s);
	struct query_run *run = NULL;
	struct err e;
	int status;

	if (query_open(&run, d->store, q, &limits, &e) < 0 || bind_all(s, q, run, d, &e) < 0)
		status = session_fail_err(s, &e);
	else
		status = report_write(s, run);
	query_close(run);
	return status;
}

static int run(struct session *s)
{
	const struct query *q = s->command->data;
	struct database d;
	int status = database_open(s, &d);

	if (status == 0)
		status = run_in(s, q, &d);
	database_close(&d);
	return status;
}

/* The title, the prose, and what the columns mean. */
static const char *about_of(struct arena *a, const struct query *q)
{
	struct strbuf b = {0};
	struct str about;

	strbuf_addf(&b, "%.*s.\n\n%.*s\n", STR_ARG(q->title), STR_ARG(q->prose));
	if (q->column_count)
		strbuf_addz(&b, "\nColumns:\n");
	for (uint32_t i = 0; i < q->column_count; i++)
		strbuf_addf(&b, "  %-20.*s %.*s\n", STR_ARG(q->columns[i].name),
			STR_ARG(q->columns[i].text));
	about = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	return about.ptr;
}

struct command report_command(struct arena *a, const struct query *q, const char *verb)
{
	return (struct command){
		.name = verb,
		.summary = arena_dup(a, q->title).ptr,
		.operands = "",
		.groups = GROUP_ROWS | GROUP_DATABASE | GROUP_LIMITS | GROUP_PAGER,
		.options = make_options(a, q),
		.about = about_of(a, q),
		.run = run,
		.data = q,
	};
}
