/*
 * The wrapper of SQLite: names of parameters, values, transactions, text with any bytes.
 */
#include "store/db_words.h"
#include "tests/unit/store_history.h"

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);

	fixture_make(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_release(*state);
	free(*state);
	return 0;
}

static struct db *open_plain(struct fixture *f)
{
	struct db *d = NULL;

	OK(db_open(&d, f->path, DB_WRITE, 0, NULL, NULL, &f->e));
	OK(db_exec(d, "CREATE TABLE t (a, b)", &f->e));
	return d;
}

static void unknown_parameter_fails(void **state)
{
	struct fixture *f = *state;
	struct db *d = open_plain(f);
	struct db_stmt *st = db_prepare(d, "INSERT INTO t VALUES (:a, 1)", &f->e);

	db_bind_int(st, ":b", 1);
	assert_int_equal(db_run(st, &f->e), ERR_FAILED);
	assert_non_null(strstr(f->e.message, ":b"));
	assert_int_equal(db_step(db_prepare(d, "SELECT 1 FROM t", &f->e), &f->e), 0);
	db_close(d);
}

/* A chain on a statement that could not be prepared does nothing and tells the error at its end. */
static void bad_statement_tells_at_the_step(void **state)
{
	struct fixture *f = *state;
	struct db *d = open_plain(f);
	struct db_stmt *st = db_prepare(d, "INSERT INTO nowhere VALUES (:a)", &f->e);

	assert_null(st);
	db_bind_int(st, ":a", 1);
	db_bind_text(st, ":a", STR("x"));
	assert_int_equal(db_run(st, &f->e), ERR_FAILED);
	assert_non_null(strstr(f->e.message, "nowhere"));
	db_reset(st);
	db_close(d);
}

static void values_come_back(void **state)
{
	static const char insert[] = "INSERT INTO t VALUES (:a, :b)";
	static const char bytes[] = "a\0b\xff'";
	struct fixture *f = *state;
	struct db *d = open_plain(f);
	struct db_stmt *st = db_prepare(d, insert, &f->e);

	db_bind_text(st, ":a", str_slice(bytes, 5));
	db_bind_bytes(st, ":b", bytes, 5);
	OK(db_run(st, &f->e));
	assert_int_equal(db_changes(d), 1);
	st = db_prepare(d, insert, &f->e); /* nothing is left of the values before */
	db_bind_real(st, ":b", 0.5);
	OK(db_run(st, &f->e));
	st = db_prepare(d, "SELECT a, b FROM t ORDER BY rowid", &f->e);
	assert_int_equal(db_step(st, &f->e), 1);
	assert_int_equal(db_type_of(st, 0), DB_TEXT);
	assert_true(str_eq(db_text(st, 0), str_slice(bytes, 5)));
	assert_int_equal(db_type_of(st, 1), DB_BYTES);
	assert_true(str_eq(db_text(st, 1), str_slice(bytes, 5)));
	assert_int_equal(db_step(st, &f->e), 1);
	assert_int_equal(db_type_of(st, 0), DB_NULL);
	assert_int_equal(db_text(st, 0).len, 0);
	assert_true(db_real(st, 1) == 0.5);
	assert_int_equal(db_step(st, &f->e), 0);
	db_close(d);
}

static void transactions(void **state)
{
	static const char count[] = "SELECT count(*) FROM t";
	struct fixture *f = *state;
	struct db *d = open_plain(f);
	struct db_stmt *st;

	for (int keep = 0; keep <= 1; keep++) {
		OK(db_begin(d, &f->e));
		assert_true(db_in_transaction(d));
		OK(db_exec(d, "INSERT INTO t VALUES (1, 2)", &f->e));
		if (keep)
			OK(db_commit(d, &f->e));
		else
			db_rollback(d);
		assert_false(db_in_transaction(d));
		st = db_prepare(d, count, &f->e);
		assert_int_equal(db_step(st, &f->e), 1);
		assert_int_equal(db_int(st, 0), keep);
		db_reset(st);
	}
	db_rollback(d); /* nothing to do is no error */
	db_close(d);
	db_close(NULL);
}

/* Paths with signs that mean something in a URI are files like any other. */
static void reads_files_with_odd_names(void **state)
{
	struct fixture *f = *state;
	struct db *d;

	(void)snprintf(f->path, sizeof f->path, "%s/50%%? #1.db", f->dir);
	db_close(open_plain(f));
	OK(db_open(&d, f->path, DB_READ, 0, NULL, NULL, &f->e));
	assert_int_equal(db_step(db_prepare(d, "SELECT 1 FROM t", &f->e), &f->e), 0);
	assert_int_equal(db_exec(d, "INSERT INTO t VALUES (1, 2)", &f->e), ERR_FAILED);
	assert_non_null(strstr(f->e.message, "cannot be written"));
	db_close(d);
}

static void paths_in_uris(void **state)
{
	struct strbuf b = {0};

	(void)state;
	db_uri_path(&b, "/a b/50%? #1.db");
	assert_string_equal(b.ptr, "/a b/50%25%3F %231.db");
	strbuf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(unknown_parameter_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_statement_tells_at_the_step, setup, teardown),
		cmocka_unit_test_setup_teardown(values_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(transactions, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_files_with_odd_names, setup, teardown),
		cmocka_unit_test(paths_in_uris),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
