/*
 * Running queries: typed parameters, rows, limits. See query.h.
 */
#include "store/query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

struct query_run {
	struct store *store;
	const struct query *query; /* NULL: SQL without a header */
	struct query_limits limits;
	struct db_guard guard;
	struct db_stmt *statement;
	struct str *views; /* what may be read */
	uint32_t view_count;
	struct query_column *columns;
	bool *bound; /* by number of the parameter in the statement */
	uint32_t rows;
	bool started, ended, truncated;
	struct arena arena, row; /* of the run; of one row */
};

/* ---- opening ---- */

static bool may_read(void *arg, const char *table)
{
	static const char *const others[] = {
		"sqlite_schema", "sqlite_master", "json_each", "json_tree"};
	const struct query_run *r = arg;

	for (uint32_t i = 0; i < r->view_count; i++)
		if (str_is(r->views[i], table))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (strcmp(others[i], table) == 0)
			return true;
	return false;
}

static int load_views(struct query_run *r, struct err *e)
{
	struct db_stmt *st = db_prepare(r->store->db,
		"SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name /*scan*/", e);
	VEC(struct str) found = {0};
	int rc;

	while ((rc = db_step(st, e)) > 0)
		*vec_push(&found) = db_text_dup(st, 0, &r->arena);
	r->views = store_list(&r->arena, found.items, found.len, sizeof *found.items);
	r->view_count = (uint32_t)found.len;
	vec_release(&found);
	return rc;
}

static const struct query_column *declared_column(const struct query *q, struct str name)
{
	for (uint32_t i = 0; q && i < q->column_count; i++)
		if (str_eq(q->columns[i].name, name))
			return &q->columns[i];
	return NULL;
}

static void describe_columns(struct query_run *r)
{
	int count = db_column_count(r->statement);

	r->columns = ARENA_ARRAY(&r->arena, (size_t)count, struct query_column);
	for (int i = 0; i < count; i++) {
		struct str name = str_from(db_column_name(r->statement, i));
		const struct query_column *declared = declared_column(r->query, name);

		r->columns[i] = declared ? *declared : (struct query_column){.hint = STR_EMPTY};
		r->columns[i].name = arena_dup(&r->arena, name);
	}
}

/* Parameters and columns of the header must be those of the SQL. */
static int check_columns(struct query_run *r, struct err *e)
{
	const struct query *q = r->query;
	int count = db_column_count(r->statement);

	for (uint32_t i = 0; i < q->column_count; i++) {
		int c = 0;

		while (c < count && !str_is(q->columns[i].name, db_column_name(r->statement, c)))
			c++;
		if (c == count)
			return err_set(e, ERR_USAGE, "%.*s: the SELECT has no column %.*s",
				STR_ARG(q->source), STR_ARG(q->columns[i].name));
	}
	return 0;
}

static int check_params(struct query_run *r, struct err *e)
{
	const struct query *q = r->query;

	for (int i = 0; i < db_param_count(r->statement); i++) {
		const char *name = db_param_name(r->statement, i);

		if (!query_param_find(q, str_from(name + 1)))
			return err_set(e, ERR_USAGE, "%.*s: the header has no parameter for %s",
				STR_ARG(q->source), name);
	}
	for (uint32_t i = 0; i < q->param_count; i++) {
		struct str name = arena_printf(&r->arena, ":%.*s", STR_ARG(q->params[i].name));

		if (!db_has_param(r->statement, name.ptr))
			return err_set(e, ERR_USAGE, "%.*s: the SELECT does not use %.*s",
				STR_ARG(q->source), STR_ARG(name));
	}
	return 0;
}

static int prepare(struct query_run *r, struct str sql, struct err *e)
{
	int rc = load_views(r, e);

	/* The first use of a table-valued function sets it up, which the guard would refuse. */
	if (rc == 0)
		rc = db_exec(r->store->db, "SELECT 1 FROM json_each('[]'), json_tree('[]')", e);
	if (rc == 0)
		rc = db_prepare_guarded(&r->statement, r->store->db, sql, &r->guard, e);
	if (rc < 0)
		return r->query ? err_prefix(e, "%.*s", STR_ARG(r->query->source)) : rc;
	describe_columns(r);
	r->bound = ARENA_ARRAY(&r->arena, (size_t)db_param_count(r->statement), bool);
	if (r->query)
		rc = check_columns(r, e);
	if (rc == 0 && r->query)
		rc = check_params(r, e);
	return rc;
}

static int open_run(struct query_run **out, struct store *s, const struct query *q, struct str sql,
	const struct query_limits *limits, struct err *e)
{
	struct query_run *r = mem_zalloc(1, sizeof *r);
	int rc;

	r->store = s;
	r->query = q;
	r->limits = *limits;
	r->guard = (struct db_guard){may_read, r, limits->time_ms};
	rc = prepare(r, sql, e);
	if (rc < 0) {
		query_close(r);
		r = NULL;
	}
	*out = r;
	return rc;
}

int query_open(struct query_run **out, struct store *s, const struct query *q,
	const struct query_limits *limits, struct err *e)
{
	return open_run(out, s, q, q->sql, limits, e);
}

int query_open_sql(struct query_run **out, struct store *s, struct str sql,
	const struct query_limits *limits, struct err *e)
{
	return open_run(out, s, NULL, sql, limits, e);
}

void query_close(struct query_run *r)
{
	if (!r)
		return;
	db_free(r->statement);
	arena_release(&r->arena);
	arena_release(&r->row);
	free(r);
}

/* ---- parameters ---- */

static bool parse_int(struct arena *a, struct str text, int64_t *out)
{
	struct str z = arena_dup(a, text);
	char *end;

	errno = 0;
	*out = strtoll(z.ptr, &end, 10);
	return text.len && end == z.ptr + z.len && errno == 0 && z.ptr[0] > ' ';
}

static bool parse_real(struct arena *a, struct str text, double *out)
{
	struct str z = arena_dup(a, text);
	char *end;

	errno = 0;
	*out = strtod(z.ptr, &end);
	return text.len && end == z.ptr + z.len && errno == 0 && z.ptr[0] > ' ' &&
		strspn(z.ptr, "+-.0123456789eE") == z.len;
}

static bool parse_bool(struct str text, int64_t *out)
{
	*out = str_is(text, "true") || str_is(text, "yes") || str_is(text, "1");
	return *out || str_is(text, "false") || str_is(text, "no") || str_is(text, "0");
}

/* The front of "YYYY-MM-DDTHH:MM:SSZ", cut after a complete part. */
static bool is_date(struct str text)
{
	static const char pattern[] = "dddd-dd-ddTdd:dd:ddZ";
	static const size_t lengths[] = {4, 7, 10, 16, 20};
	bool complete = false;

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++)
		complete |= text.len == lengths[i];
	for (size_t i = 0; i < text.len && complete; i++) {
		char c = text.ptr[i];

		complete = pattern[i] == 'd' ? c >= '0' && c <= '9' : c == pattern[i];
	}
	return complete && (text.len < 7 || memcmp(text.ptr + 5, "12", 2) <= 0) &&
		(text.len < 10 || memcmp(text.ptr + 8, "31", 2) <= 0);
}

static const char *const wanted[] = {
	[QUERY_TEXT] = "a text",
	[QUERY_INT] = "a whole number",
	[QUERY_REAL] = "a number",
	[QUERY_DATE] = "a date: write 2024, 2024-05 or 2024-05-31",
	[QUERY_LEVEL] = "a level: write error, warning or info",
	[QUERY_BOOL] = "yes or no",
};

static int bind_typed(struct query_run *r, const char *name, enum query_type type, struct str value,
	struct err *e)
{
	enum level level;
	int64_t n;
	double x;
	bool ok = true;

	switch (type) {
	case QUERY_INT:
		ok = parse_int(&r->arena, value, &n);
		if (ok)
			db_bind_int(r->statement, name, n);
		break;
	case QUERY_REAL:
		ok = parse_real(&r->arena, value, &x);
		if (ok)
			db_bind_real(r->statement, name, x);
		break;
	case QUERY_BOOL:
		ok = parse_bool(value, &n);
		if (ok)
			db_bind_int(r->statement, name, n);
		break;
	case QUERY_DATE:
	case QUERY_LEVEL:
		ok = type == QUERY_DATE ? is_date(value) : level_parse(&level, value);
		/* fall through */
	case QUERY_TEXT:
		db_bind_text(r->statement, name, value);
		break;
	}
	if (ok)
		return 0;
	return err_set(
		e, ERR_USAGE, "%s: '%.*s' is not %s", name + 1, STR_ARG(value), wanted[type]);
}

static enum query_type guess_type(struct query_run *r, struct str value)
{
	int64_t n;
	double x;

	if (parse_int(&r->arena, value, &n))
		return QUERY_INT;
	return parse_real(&r->arena, value, &x) ? QUERY_REAL : QUERY_TEXT;
}

/* The number of the parameter that is written :name, @name or $name; -1 for none. */
static int find_param(const struct query_run *r, struct str name)
{
	for (int i = 0; i < db_param_count(r->statement); i++)
		if (str_is(name, db_param_name(r->statement, i) + 1))
			return i;
	return -1;
}

static int fail_unknown(struct query_run *r, struct str name, struct err *e)
{
	struct strbuf list = {0};
	int rc;

	for (int i = 0; i < db_param_count(r->statement); i++)
		strbuf_addf(&list, "%s%s", i ? ", " : "", db_param_name(r->statement, i) + 1);
	rc = err_set(e, ERR_USAGE, "no parameter %.*s; there %s %s", STR_ARG(name),
		list.len ? "are" : "is", list.len ? list.ptr : "none");
	strbuf_release(&list);
	return rc;
}

int query_bind(struct query_run *r, struct str name, struct str value, struct err *e)
{
	const struct query_param *p = r->query ? query_param_find(r->query, name) : NULL;
	int i = find_param(r, name), rc;

	if (i < 0)
		return fail_unknown(r, name, e);
	rc = bind_typed(
		r, db_param_name(r->statement, i), p ? p->type : guess_type(r, value), value, e);
	if (rc == 0)
		r->bound[i] = true;
	return rc;
}

static int bind_rest(struct query_run *r, struct err *e)
{
	int rc = 0;

	for (int i = 0; i < db_param_count(r->statement) && rc == 0; i++) {
		const char *name = db_param_name(r->statement, i);
		const struct query_param *p;

		if (r->bound[i])
			continue;
		if (!r->query)
			return err_set(e, ERR_USAGE,
				"%s has no value; give it with --param %s=VALUE", name, name + 1);
		p = query_param_find(r->query, str_from(name + 1));
		if (p->has_fallback)
			rc = bind_typed(r, name, p->type, p->fallback, e);
	}
	return rc;
}

/* ---- rows ---- */

int query_next(struct query_run *r, struct err *e)
{
	int rc = 0;

	if (!r->started)
		rc = bind_rest(r, e);
	r->started = true;
	arena_reset(&r->row);
	if (rc < 0 || r->ended)
		return rc;
	rc = db_step(r->statement, e);
	r->truncated = rc > 0 && r->limits.rows && r->rows == r->limits.rows;
	r->ended = rc <= 0 || r->truncated;
	if (r->truncated) {
		db_reset(r->statement);
		return 0;
	}
	r->rows++;
	return rc;
}

bool query_truncated(const struct query_run *r)
{
	return r->truncated;
}

uint32_t query_column_count(const struct query_run *r)
{
	return (uint32_t)db_column_count(r->statement);
}

struct query_column query_column(const struct query_run *r, uint32_t column)
{
	return r->columns[column];
}

static struct str as_hex(struct query_run *r, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *hex = ARENA_ARRAY(&r->row, 2 * bytes.len + 1, char);

	for (size_t i = 0; i < bytes.len; i++) {
		hex[2 * i] = digits[(unsigned char)bytes.ptr[i] >> 4];
		hex[2 * i + 1] = digits[bytes.ptr[i] & 0xf];
	}
	return str_slice(hex, 2 * bytes.len);
}

struct query_value query_value(struct query_run *r, uint32_t column)
{
	struct query_value v = {0};
	int c = (int)column;

	switch (db_type_of(r->statement, c)) {
	case DB_NULL:
		return v;
	case DB_INT:
		v.kind = QUERY_IS_INT;
		v.integer = db_int(r->statement, c);
		break;
	case DB_REAL:
		v.kind = QUERY_IS_REAL;
		v.real = db_real(r->statement, c);
		break;
	case DB_BYTES:
		v.kind = QUERY_IS_TEXT;
		v.text = as_hex(r, db_text(r->statement, c));
		return v;
	case DB_TEXT:
		v.kind = QUERY_IS_TEXT;
		break;
	}
	v.text = db_text(r->statement, c);
	return v;
}

bool query_is_complete(struct str sql)
{
	return db_is_complete(sql.ptr);
}
