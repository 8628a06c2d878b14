/*
 * Query files and the guards around SQL. The named queries themselves: what their headers promise,
 * how they read the database, and what they answer (tests/queries/NAME.expect).
 */
#include "tests/unit/store_lives.h"

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);

	fixture_open(f);
	put_shop(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_release(*state);
	free(*state);
	return 0;
}

static const struct query_limits no_limits = {0};

/* ---- headers ---- */

#define HEAD "-- top: The top\n"

static void header_is_read(void **state)
{
	struct fixture *f = *state;
	struct query q;

	OK(query_parse(&f->arena, STR("x.sql"),
		STR("-- top-files: The files: with most\n-- Some prose\n--\n--   - a list\n--\n"
		    "-- param since date From here on\n-- param limit int [20] At most\n"
		    "--   so many\n-- param flag bool [] No default words\n--\n"
		    "-- column path text The file\n-- column share real [percent] Its share\n"
		    "\n-- a remark\n\nWITH t AS (SELECT 1)\nSELECT path FROM t\n"),
		&q, &f->e));
	assert_true(str_is(q.name, "top-files"));
	assert_true(str_is(q.title, "The files: with most"));
	assert_true(str_is(q.prose, "Some prose\n\n- a list"));
	assert_int_equal(q.param_count, 3);
	assert_true(str_is(q.params[0].name, "since"));
	assert_int_equal(q.params[0].type, QUERY_DATE);
	assert_false(q.params[0].has_fallback);
	assert_true(str_is(q.params[0].text, "From here on"));
	assert_true(q.params[1].has_fallback);
	assert_true(str_is(q.params[1].fallback, "20"));
	assert_true(str_is(q.params[1].text, "At most so many"));
	assert_true(q.params[2].has_fallback && q.params[2].fallback.len == 0);
	assert_int_equal(q.column_count, 2);
	assert_int_equal(q.columns[1].type, QUERY_REAL);
	assert_true(str_is(q.columns[1].hint, "percent"));
	assert_true(str_is(q.columns[1].text, "Its share"));
	assert_ptr_equal(query_param_find(&q, STR("limit")), &q.params[1]);
	assert_null(query_param_find(&q, STR("nope")));
}

static void bad_headers_name_the_line(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"", "x.sql:0: there is no SELECT"},
		{"SELECT 1", "x.sql:1: the first line must be"},
		{"-- no colon\nSELECT 1", "x.sql:1: the first line must be"},
		{"-- Top: x\nSELECT 1", "x.sql:1: a name has small letters"},
		{"-- top:\nSELECT 1", "x.sql:1: the title is missing"},
		{HEAD "-- prose\n", "x.sql:2: there is no SELECT"},
		{HEAD "DELETE FROM t", "x.sql:2: a SELECT must follow, not DELETE FROM t"},
		{HEAD "-- param a number Text\nSELECT 1",
			"x.sql:2: a type is text, int, real, date, level or bool, not number"},
		{HEAD "-- param a\nSELECT 1", "x.sql:2: a type is"},
		{HEAD "-- param 1a int Text\nSELECT 1", "x.sql:2: a name has small letters"},
		{HEAD "-- param a int [3]\nSELECT 1",
			"x.sql:2: the text is missing for parameter a"},
		{HEAD "-- param a int Text\n-- param a int Text\nSELECT 1",
			"x.sql:3: second parameter of the name a"},
		{HEAD "-- column a int Text\n-- prose\nSELECT 1",
			"x.sql:3: neither param nor column: prose"},
	};
	struct fixture *f = *state;
	struct query q;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(
			query_parse(&f->arena, STR("x.sql"), str_from(cases[i].text), &q, &f->e),
			ERR_USAGE);
		if (strncmp(f->e.message, cases[i].message, strlen(cases[i].message)) != 0)
			fail_msg("not \"%s\": %s", cases[i].message, f->e.message);
	}
}

static void header_and_sql_must_agree(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{HEAD "-- param a int Text\nSELECT 1 AS x", "x.sql: the SELECT does not use :a"},
		{HEAD "SELECT :b AS x", "x.sql: the header has no parameter for :b"},
		{HEAD "-- column y int Text\nSELECT 1 AS x", "x.sql: the SELECT has no column y"},
		{HEAD "SELECT nowhere FROM findings", "x.sql: bad SQL: no such column: nowhere"},
		{HEAD "SELECT 1; SELECT 2", "x.sql: bad SQL: only one statement"},
		{HEAD "WITH x AS (SELECT 1) DELETE FROM findings", "x.sql: "},
	};
	struct fixture *f = *state;
	struct query_run *r;
	struct query q;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		OK(query_parse(&f->arena, STR("x.sql"), str_from(cases[i].text), &q, &f->e));
		assert_int_equal(query_open(&r, f->store, &q, &no_limits, &f->e), ERR_USAGE);
		assert_null(r);
		if (strncmp(f->e.message, cases[i].words, strlen(cases[i].words)) != 0)
			fail_msg("not \"%s\": %s", cases[i].words, f->e.message);
	}
}

static void files_of_users(void **state)
{
	struct fixture *f = *state;
	char path[sizeof f->dir + 16];
	struct query q;
	FILE *out;

	(void)snprintf(path, sizeof path, "%s/mine.sql", f->dir);
	assert_int_equal(query_load(&f->arena, path, &q, &f->e), ERR_NOT_FOUND);
	assert_non_null(strstr(f->e.message, path));
	out = fopen(path, "w");
	assert_non_null(out);
	fputs("-- mine: My own\nSELECT count(*) AS n FROM findings\n", out);
	fclose(out);
	OK(query_load(&f->arena, path, &q, &f->e));
	assert_true(str_is(q.name, "mine"));
	assert_false(q.builtin);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs("-- mine: My own\nSELECTX", out);
	fputc(0, out);
	fclose(out);
	assert_int_equal(query_load(&f->arena, path, &q, &f->e), ERR_USAGE);
}

/* ---- guards ---- */

static void guard_refuses(void **state)
{
	static const char *const refused[] = {
		"DELETE FROM repo",
		"INSERT INTO repo DEFAULT VALUES",
		"UPDATE repo SET name = 'x'",
		"DROP VIEW findings",
		"CREATE TABLE x (y)",
		"CREATE TEMP TABLE x (y)",
		"ATTACH 'other.db' AS o",
		"DETACH main",
		"PRAGMA user_version = 3",
		"PRAGMA user_version",
		"SELECT * FROM pragma_table_info('repo')",
		"VACUUM INTO 'copy.db'",
		"BEGIN",
		"SELECT load_extension('x')",
		"SELECT name FROM repo",
		"SELECT (SELECT value FROM text LIMIT 1) FROM findings",
		"WITH t AS (SELECT value FROM text) SELECT * FROM t",
		"EXPLAIN DELETE FROM repo",
		"SELECT 1; DELETE FROM repo",
		"",
		"  -- nothing",
		"SELEC 1",
	};
	struct fixture *f = *state;
	struct query_run *r;

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		int rc = query_open_sql(&r, f->store, str_from(refused[i]), &no_limits, &f->e);

		if (rc != ERR_USAGE)
			fail_msg("%d for: %s", rc, refused[i]);
	}
	ASK("SELECT count(*) FROM findings", "4\n");
}

static void guard_lets_reading_through(void **state)
{
	struct fixture *f = *state;

	ASK("VALUES (1), (2)", "1\n2\n");
	ASK("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)"
	    " SELECT sum(i) FROM n",
		"6\n");
	ASK("SELECT a.state FROM findings a JOIN (SELECT finding FROM findings"
	    " WHERE path = 'b.py') b USING (finding);  -- end",
		"open\n");
	ASK("SELECT value FROM json_each('[7]')", "7\n");
	ASK("SELECT type FROM sqlite_schema WHERE name = 'trend'", "view\n");
	ASK("SELECT x'00ff', NULL, 1.5, ''", "00ff|-|1.5|\n");
}

static void time_limit_stops(void **state)
{
	struct fixture *f = *state;
	const struct query_limits limits = {.time_ms = 50};
	struct query_run *r;

	OK(query_open_sql(&r, f->store,
		STR("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
		    " SELECT sum(i) FROM n"),
		&limits, &f->e));
	assert_int_equal(query_next(r, &f->e), ERR_FAILED);
	assert_non_null(strstr(f->e.message, "time limit"));
	query_close(r);
	ASK("SELECT count(*) FROM findings", "4\n"); /* the connection goes on */
}

static void row_limit_cuts(void **state)
{
	struct fixture *f = *state;
	struct query_limits limits = {.rows = 3};
	struct query_run *r;

	for (; limits.rows <= 4; limits.rows++) {
		OK(query_open_sql(
			&r, f->store, STR("SELECT finding FROM findings"), &limits, &f->e));
		for (uint32_t i = 0; i < limits.rows; i++)
			assert_int_equal(query_next(r, &f->e), 1);
		assert_int_equal(query_next(r, &f->e), 0);
		assert_int_equal(query_next(r, &f->e), 0);
		assert_int_equal(query_truncated(r), limits.rows < 4);
		query_close(r);
	}
}

/* ---- parameters ---- */

static void parameters_of_plain_sql(void **state)
{
	struct fixture *f = *state;
	struct query_run *r;

	OK(query_open_sql(&r, f->store, STR("SELECT typeof(:a), typeof(@b), typeof($c), :a"),
		&no_limits, &f->e));
	assert_int_equal(query_bind(r, STR("d"), STR("1"), &f->e), ERR_USAGE);
	assert_non_null(strstr(f->e.message, "a, b, c"));
	OK(query_bind(r, STR("a"), STR("-12"), &f->e));
	OK(query_bind(r, STR("b"), STR("1.5e3"), &f->e));
	OK(query_bind(r, STR("c"), STR("12 Monkeys'; --"), &f->e));
	assert_string_equal(rows_of(f, r).ptr, "integer|real|text|-12\n");
	query_close(r);
	OK(query_open_sql(&r, f->store, STR("SELECT :a"), &no_limits, &f->e));
	assert_int_equal(query_next(r, &f->e), ERR_USAGE);
	assert_non_null(strstr(f->e.message, "--param a=VALUE"));
	query_close(r);
}

static void typed_parameters(void **state)
{
	static const struct {
		const char *name, *value;
		bool ok;
	} cases[] = {
		{"i", "12", true},
		{"i", "-1", true},
		{"i", "12x", false},
		{"i", "", false},
		{"i", " 1", false},
		{"i", "99999999999999999999", false},
		{"r", "1.5", true},
		{"r", "nan", false},
		{"r", "1,5", false},
		{"d", "2024", true},
		{"d", "2024-02", true},
		{"d", "2024-02-30", true},
		{"d", "2024-02-01T00:00:00Z", true},
		{"d", "2024-13", false},
		{"d", "2024-2-1", false},
		{"d", "yesterday", false},
		{"d", "2024-02-32", false},
		{"l", "error", true},
		{"l", "ERROR", false},
		{"b", "yes", true},
		{"b", "maybe", false},
		{"t", "", true},
	};
	struct fixture *f = *state;
	struct query_run *r;
	struct query q;

	OK(query_parse(&f->arena, STR("x.sql"),
		STR(HEAD "-- param i int I\n-- param r real R\n-- param d date D\n"
			 "-- param l level L\n-- param b bool [yes] B\n-- param t text [x y] T\n"
			 "SELECT :i, :r, :d, :l, :b, :t"),
		&q, &f->e));
	OK(query_open(&r, f->store, &q, &no_limits, &f->e));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int rc = query_bind(r, str_from(cases[i].name), str_from(cases[i].value), &f->e);

		if (rc != (cases[i].ok ? 0 : ERR_USAGE))
			fail_msg("%d for %s=%s", rc, cases[i].name, cases[i].value);
	}
	query_close(r);
	OK(query_open(&r, f->store, &q, &no_limits, &f->e));
	assert_string_equal(rows_of(f, r).ptr, "-|-|-|-|1|x y\n");
	query_close(r);
}

/* ---- the named queries ---- */

static void named_queries_agree_with_their_headers(void **state)
{
	struct fixture *f = *state;
	struct query *queries;
	struct query_run *r;
	uint32_t count;

	OK(query_builtin(&f->arena, &queries, &count, &f->e));
	assert_true(count >= 3);
	assert_non_null(query_find(queries, count, STR("trend")));
	assert_null(query_find(queries, count, STR("nope")));
	for (uint32_t i = 0; i < count; i++) {
		const struct query *q = &queries[i];
		struct str file = arena_printf(&f->arena, "queries/%.*s.sql", STR_ARG(q->name));

		assert_true(q->builtin);
		assert_true(str_eq(q->source, file));
		assert_true(q->prose.len > 0);
		OK(query_open(&r, f->store, q, &no_limits, &f->e));
		if (query_column_count(r) != q->column_count)
			fail_msg("%.*s: not every column has a line", STR_ARG(q->name));
		for (uint32_t c = 0; c < q->column_count; c++)
			assert_true(str_eq(query_column(r, c).name, q->columns[c].name));
		query_close(r);
	}
}

/* A line of a plan that reads a whole table that grows with the number of commits, blobs or
 * sightings. Reading all events, or all of what put_refs derived, is what reports do. */
static bool is_big_scan(const char *detail)
{
	static const char *const big[] = {"blob", "hit", "h", "b", "text", "p", "sn", "sc",
		"sighting", "s", "commit_info", "count_delta", "d", "commit_parent", "lineage",
		"l"};

	if (strncmp(detail, "SCAN ", 5) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(big); i++) {
		size_t n = strlen(big[i]);

		if (strncmp(detail + 5, big[i], n) == 0 && (detail[5 + n] == ' ' || !detail[5 + n]))
			return true;
	}
	return false;
}

static void assert_plan(struct fixture *f, const struct query *q)
{
	struct strbuf sql = {0};
	struct db_stmt *st;
	int rc;

	strbuf_addf(&sql, "EXPLAIN QUERY PLAN %.*s", STR_ARG(q->sql));
	st = db_prepare(store_db(f->store), arena_dup(&f->arena, strbuf_str(&sql)).ptr, &f->e);
	while ((rc = db_step(st, &f->e)) > 0) {
		struct str detail = db_text_dup(st, 3, &f->arena);

		if (is_big_scan(detail.ptr))
			fail_msg("%.*s: %s", STR_ARG(q->name), detail.ptr);
	}
	OK(rc);
	strbuf_release(&sql);
}

static void named_queries_do_not_scan_big_tables(void **state)
{
	struct fixture *f = *state;
	struct query *queries;
	uint32_t count;

	OK(query_builtin(&f->arena, &queries, &count, &f->e));
	for (uint32_t i = 0; i < count; i++)
		assert_plan(f, &queries[i]);
}

/* Questions about one finding or one commit are look-ups. */
static void lookups_do_not_scan(void **state)
{
	static const char *const sql[] = {
		"EXPLAIN QUERY PLAN SELECT * FROM findings WHERE finding = 'x'",
		"EXPLAIN QUERY PLAN SELECT * FROM events WHERE finding = 'x'",
		"EXPLAIN QUERY PLAN SELECT * FROM events WHERE commit_oid = 'x'",
		"EXPLAIN QUERY PLAN SELECT * FROM regressions WHERE commit_oid = 'x'",
		"EXPLAIN QUERY PLAN SELECT * FROM commits WHERE commit_oid = 'x'",
		"EXPLAIN QUERY PLAN SELECT * FROM trend WHERE repo = 'x'",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(sql); i++) {
		struct db_stmt *st = db_prepare(store_db(f->store), sql[i], &f->e);

		while (db_step(st, &f->e) > 0) {
			struct str detail = db_text_dup(st, 3, &f->arena);

			/* The only scan allowed is of the rows that a subquery just made. */
			if (str_starts(detail, "SCAN ") && !strstr(detail.ptr, "subquery"))
				fail_msg("%s: %s", sql[i], detail.ptr);
		}
	}
}

/* The histories that .expect files ask: the shop, and with @lives the other. */
struct histories {
	struct fixture *shop;
	struct fixture lives;
};

/* A block of an .expect file: "> [@lives] name=value …", then the rows until the next block. */
static void check_block(
	struct histories *h, const struct query *q, struct str options, struct str expected)
{
	struct fixture *f = str_starts(options, "@lives") ? &h->lives : h->shop;
	struct query_run *r;
	struct str option, rows;

	OK(query_open(&r, f->store, q, &no_limits, &f->e));
	while (str_next(&options, ' ', &option)) {
		struct str name;

		if (str_next(&option, '=', &name) && name.ptr[0] != '@')
			OK(query_bind(r, name, option, &f->e));
	}
	rows = rows_of(f, r);
	if (!str_eq(rows, expected))
		fail_msg("%.*s: expected\n%.*sbut got\n%.*s", STR_ARG(q->name), STR_ARG(expected),
			STR_ARG(rows));
	query_close(r);
}

static int check_file(struct histories *h, const struct query *q, struct str text)
{
	int blocks = 0;

	while (str_starts(text, "> ") || str_starts(text, ">\n")) {
		const char *next;
		struct str options, block;

		text = str_drop(text, 1);
		(void)str_next(&text, '\n', &options);
		next = text.len ? strstr(text.ptr, "\n>") : NULL;
		block = next ? str_slice(text.ptr, (size_t)(next - text.ptr) + 1) : text;
		if (str_starts(text, ">")) /* no rows */
			block.len = 0;
		check_block(h, q, str_trim(options), block);
		text = str_drop(text, block.len);
		blocks++;
	}
	assert_int_equal(text.len, 0);
	return blocks;
}

static void named_queries_answer(void **state)
{
	struct fixture *f = *state;
	struct histories h = {.shop = f};
	struct query *queries;
	uint32_t count;

	fixture_open(&h.lives);
	put_lives(&h.lives);
	OK(query_builtin(&f->arena, &queries, &count, &f->e));
	for (uint32_t i = 0; i < count; i++) {
		struct str path = arena_printf(
			&f->arena, "tests/queries/%.*s.expect", STR_ARG(queries[i].name));
		FILE *in = fopen(path.ptr, "r");
		char text[8192];
		size_t n;

		if (!in)
			fail_msg("%s is missing", path.ptr);
		n = fread(text, 1, sizeof text - 1, in);
		assert_true(n < sizeof text - 1);
		text[n] = '\0';
		fclose(in);
		assert_true(check_file(&h, &queries[i], str_slice(text, n)) > 0);
	}
	fixture_release(&h.lives);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_is_read),
		cmocka_unit_test(bad_headers_name_the_line),
		cmocka_unit_test(header_and_sql_must_agree),
		cmocka_unit_test(files_of_users),
		cmocka_unit_test(guard_refuses),
		cmocka_unit_test(guard_lets_reading_through),
		cmocka_unit_test(time_limit_stops),
		cmocka_unit_test(row_limit_cuts),
		cmocka_unit_test(parameters_of_plain_sql),
		cmocka_unit_test(typed_parameters),
		cmocka_unit_test(named_queries_agree_with_their_headers),
		cmocka_unit_test(named_queries_do_not_scan_big_tables),
		cmocka_unit_test(lookups_do_not_scan),
		cmocka_unit_test(named_queries_answer),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
