/*
 * Query results as JSON columns. See columns.h.
 */
#include "cmd/html/columns.h"

#include "cmd/json.h"
#include "cmd/pseudonym.h"
#include "scan/base/map.h"

/* ---- running ---- */

static int bind(struct query_run *r, const struct query *q, struct str name, struct str value,
	struct err *e)
{
	if (!value.len || !query_param_find(q, name))
		return 0;
	return query_bind(r, name, value, e);
}

static int bind_all(struct query_run *r, const struct query *q, const struct html_params *params,
	struct arena *a, struct err *e)
{
	int rc = bind(r, q, STR("repo"), params->repo, e);

	if (rc == 0)
		rc = bind(r, q, STR("level"), params->level, e);
	if (rc == 0)
		rc = bind(r, q, STR("since"), params->since, e);
	if (rc == 0)
		rc = bind(r, q, STR("limit"), arena_printf(a, "%u", (unsigned)params->limit), e);
	return rc;
}

int html_query(struct store *s, const char *sql, const struct html_params *params,
	int (*fn)(void *arg, struct query_run *r), void *arg, struct err *e)
{
	const struct query_limits limits = {0};
	struct query_run *r = NULL;
	struct arena a = {0};
	struct query q;
	int rc = query_parse(&a, STR("lapse html"), str_from(sql), &q, e);

	if (rc == 0)
		rc = query_open(&r, s, &q, &limits, e);
	if (rc == 0)
		rc = bind_all(r, &q, params, &a, e);
	while (rc == 0 && (rc = query_next(r, e)) > 0)
		rc = fn(arg, r);
	query_close(r);
	arena_release(&a);
	return rc;
}

/* ---- columns ---- */

/* A column is of numbers or of texts: its first value that is not NULL decides. */
struct column {
	cJSON *items;     /* numbers, or places in values; NULL: no value yet, only `nulls` */
	cJSON *values;    /* of texts, each once; else NULL */
	struct map index; /* text -> its place in values + 1 */
	uint32_t nulls, value_count;
	bool is_author;
};

struct table {
	struct column *columns;
	cJSON *names;
	uint32_t count;
	struct arena arena;
	bool pseudonyms;
};

static void begin_columns(struct table *t, struct query_run *r)
{
	t->count = query_column_count(r);
	t->columns = ARENA_ARRAY(&t->arena, t->count, struct column);
	for (uint32_t i = 0; i < t->count; i++) {
		struct str name = arena_dup(&t->arena, query_column(r, i).name);

		cJSON_AddItemToArray(t->names, json_made(cJSON_CreateString(name.ptr)));
		t->columns[i].is_author = t->pseudonyms && str_is(name, "author");
	}
}

static void add_null(struct column *c)
{
	if (!c->items)
		c->nulls++;
	else if (c->values)
		cJSON_AddItemToArray(c->items, json_made(cJSON_CreateNumber(-1)));
	else
		cJSON_AddItemToArray(c->items, json_made(cJSON_CreateNull()));
}

static void begin_column(struct column *c, bool is_text)
{
	c->items = json_made(cJSON_CreateArray());
	if (is_text)
		c->values = json_made(cJSON_CreateArray());
	for (; c->nulls; c->nulls--)
		add_null(c);
}

static double text_place(struct table *t, struct column *c, struct str text)
{
	const uint64_t *known = map_get(&c->index, text);
	struct str shown;

	if (known)
		return (double)(*known - 1);
	text = arena_dup(&t->arena, text);
	shown = c->is_author ? pseudonym_of(&t->arena, text) : text;
	cJSON_AddItemToArray(c->values, json_made(cJSON_CreateString(shown.ptr)));
	*map_put(&c->index, text, NULL) = ++c->value_count;
	return c->value_count - 1;
}

static double number_of(const struct query_value *v)
{
	return v->kind == QUERY_IS_INT ? (double)v->integer : v->real;
}

static void add_value(struct table *t, struct column *c, struct query_value v)
{
	bool is_text = v.kind == QUERY_IS_TEXT;

	if (!c->items && v.kind != QUERY_IS_NULL)
		begin_column(c, is_text);
	if (v.kind == QUERY_IS_NULL)
		add_null(c);
	else
		cJSON_AddItemToArray(c->items,
			json_made(cJSON_CreateNumber(
				is_text ? text_place(t, c, v.text) : number_of(&v))));
}

static int add_row(void *arg, struct query_run *r)
{
	struct table *t = arg;

	if (!t->columns)
		begin_columns(t, r);
	for (uint32_t i = 0; i < t->count; i++)
		add_value(t, &t->columns[i], query_value(r, i));
	return 0;
}

static cJSON *finish_column(struct column *c)
{
	cJSON *both;

	map_release(&c->index);
	if (!c->items)
		begin_column(c, false);
	if (!c->values)
		return c->items;
	both = json_made(cJSON_CreateObject());
	cJSON_AddItemToObject(both, "of", c->items);
	cJSON_AddItemToObject(both, "values", c->values);
	return both;
}

int html_table(cJSON **out, struct store *s, const char *sql, const struct html_params *params,
	struct err *e)
{
	struct table t = {
		.names = json_made(cJSON_CreateArray()), .pseudonyms = params->pseudonyms};
	cJSON *columns = json_made(cJSON_CreateArray());
	int rc = html_query(s, sql, params, add_row, &t, e);

	for (uint32_t i = 0; i < t.count; i++)
		cJSON_AddItemToArray(columns, finish_column(&t.columns[i]));
	*out = json_made(cJSON_CreateObject());
	cJSON_AddItemToObject(*out, "names", t.names);
	cJSON_AddItemToObject(*out, "columns", columns);
	arena_release(&t.arena);
	if (rc < 0) {
		cJSON_Delete(*out);
		*out = NULL;
	}
	return rc;
}
