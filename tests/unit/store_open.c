/*
 * Opening databases: new, ours, others', newer, damaged, locked, not writable, on a full disk.
 * Every failure is one line that names the file and says what to do, and nothing is lost.
 */
#include "store/private.h"
#include "tests/unit/store_history.h"

#include <sys/stat.h>
#include <sys/wait.h>

static int setup(void **state)
{
	*state = mem_zalloc(1, sizeof(struct fixture));
	fixture_make(*state);
	return 0;
}

static int teardown(void **state)
{
	fixture_release(*state);
	free(*state);
	return 0;
}

static void write_file(const char *path, const char *bytes)
{
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_true(fputs(bytes, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

/* SQL on a file that need not be ours. */
static void run_sql(struct fixture *f, const char *sql)
{
	struct db *d = NULL;

	OK(db_open(&d, f->path, DB_WRITE, 0, NULL, NULL, &f->e));
	OK(db_exec(d, sql, &f->e));
	db_close(d);
}

static void assert_refused(struct fixture *f, bool write, int code, const char *words)
{
	assert_int_equal(open_at(f, f->path, write, 0), code);
	assert_null(f->store);
	assert_int_equal(f->e.code, code);
	assert_non_null(strstr(f->e.message, f->path));
	if (!strstr(f->e.message, words))
		fail_msg("no \"%s\" in: %s", words, f->e.message);
}

static void reopen(struct fixture *f, bool write)
{
	store_close(f->store);
	OK(open_at(f, f->path, write, 0));
}

static void new_file_is_made(void **state)
{
	struct fixture *f = *state;
	struct store_info info;
	struct db_stmt *st;

	assert_refused(f, false, ERR_NOT_FOUND, "no such database");
	OK(open_at(f, f->path, true, 0));
	OK(store_info(f->store, &f->arena, &info, &f->e));
	assert_int_equal(info.schema, 5);
	assert_true(info.bytes > 0);
	assert_int_equal(info.repos, 0);
	/* Readers and a writer do not wait for each other. */
	st = db_prepare(store_db(f->store), "PRAGMA journal_mode", &f->e);
	assert_int_equal(db_step(st, &f->e), 1);
	assert_true(str_is(db_text(st, 0), "wal"));
	reopen(f, false);
	ASK("SELECT count(*) FROM findings", "0\n");
}

static void empty_file_is_a_new_one(void **state)
{
	struct fixture *f = *state;

	write_file(f->path, "");
	assert_refused(f, false, ERR_NOT_FOUND, "is empty");
	OK(open_at(f, f->path, true, 0));
	ASK("SELECT count(*) FROM commits", "0\n");
}

/* The file works with plain sqlite3, which knows nothing of us. */
static void plain_sqlite_reads_it(void **state)
{
	struct fixture *f = *state;
	struct strbuf command = {0};
	char line[64] = "";
	FILE *p;

	OK(open_at(f, f->path, true, 0));
	begin_scan_of(f, shop(), "one");
	put_shop(f);
	store_close(f->store);
	f->store = NULL;
	strbuf_addf(&command,
		"sqlite3 '%s' 'SELECT count(*) FROM findings; PRAGMA "
		"integrity_check' 2>&1",
		f->path);
	p = popen(command.ptr, "r");
	assert_non_null(p);
	assert_non_null(fgets(line, sizeof line, p));
	assert_string_equal(line, "4\n");
	assert_non_null(fgets(line, sizeof line, p));
	assert_string_equal(line, "ok\n");
	assert_int_equal(pclose(p), 0);
	strbuf_release(&command);
}

/* Every line of a table's definition that is a column says what the column is. */
static void assert_commented(struct str name, struct str sql)
{
	struct str line;

	while (str_next(&sql, '\n', &line)) {
		struct str word = str_trim(line);
		bool is_column = str_starts(line, "\t") && !str_starts(word, "PRIMARY KEY") &&
			!str_starts(word, "UNIQUE");
		ptrdiff_t dash = str_find(str_drop(word, 1), '-');

		if (is_column && dash < 0)
			fail_msg("%.*s: no comment: %.*s", STR_ARG(name), STR_ARG(line));
	}
}

static void tables_are_strict_and_commented(void **state)
{
	struct fixture *f = *state;
	const struct query_limits limits = {0};
	struct query_run *r = NULL;
	int rc, tables = 0;

	OK(open_at(f, f->path, true, 0));
	OK(query_open_sql(&r, f->store,
		STR("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"), &limits, &f->e));
	for (; (rc = query_next(r, &f->e)) > 0; tables++) {
		struct str name = query_value(r, 0).text, sql = query_value(r, 1).text;

		if (!strstr(arena_dup(&f->arena, sql).ptr, ") STRICT"))
			fail_msg("not STRICT: %.*s", STR_ARG(name));
		assert_commented(name, sql);
	}
	assert_int_equal(rc, 0);
	assert_true(tables > 10);
	query_close(r);
}

static void database_of_another_program(void **state)
{
	struct fixture *f = *state;

	run_sql(f, "CREATE TABLE notes (t); PRAGMA user_version = 7");
	assert_refused(f, true, ERR_FAILED, "another program");
	assert_refused(f, false, ERR_FAILED, "another program");
	run_sql(f, "DROP TABLE notes; PRAGMA application_id = 12");
	assert_refused(f, true, ERR_FAILED, "another program");
	/* It was left as it is: not in WAL mode. */
	assert_int_not_equal(access(f->path, F_OK), -1);
	run_sql(f,
		"CREATE TABLE t (x CHECK (x <> 'wal')); INSERT INTO t SELECT journal_mode FROM "
		"pragma_journal_mode");
}

static void newer_schema(void **state)
{
	struct fixture *f = *state;

	OK(open_at(f, f->path, true, 0));
	store_close(f->store);
	f->store = NULL;
	run_sql(f, "PRAGMA user_version = 99");
	assert_refused(f, true, ERR_FAILED, "schema 99");
	assert_refused(f, false, ERR_FAILED, "upgrade lapse");
}

/* Only who says so may empty a database of an older version. */
static void older_schema(void **state)
{
	struct fixture *f = *state;
	const struct store_options remake = {.write = true, .remake = true};
	struct store_info info;

	OK(open_at(f, f->path, true, 0));
	begin_scan_of(f, shop(), "one");
	put_shop(f);
	assert_false(store_was_remade(f->store));
	store_close(f->store);
	f->store = NULL;
	run_sql(f,
		"DROP VIEW coverage; ALTER TABLE hit RENAME COLUMN sketch TO old;"
		"PRAGMA user_version = 1");
	assert_refused(f, false, ERR_FAILED, "`lapse scan` makes it anew");
	assert_refused(f, true, ERR_FAILED, "`lapse scan` makes it anew");
	OK(store_open(&f->store, f->path, &remake, &f->e));
	assert_true(store_was_remade(f->store));
	OK(store_info(f->store, &f->arena, &info, &f->e));
	assert_int_equal(info.schema, 5);
	assert_int_equal(info.repos, 0);
	begin_scan_of(f, shop(), "two");
	put_shop(f);
	ASK("SELECT commits FROM coverage", "9\n");
	store_close(f->store);
	f->store = NULL;
	OK(store_open(&f->store, f->path, &remake, &f->e));
	assert_false(store_was_remade(f->store));
	ASK("SELECT commits FROM coverage", "9\n");
}

static void not_a_database(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = {0};

	for (int i = 0; i < 200; i++)
		strbuf_addz(&text, "import asyncio\n");
	write_file(f->path, text.ptr);
	strbuf_release(&text);
	assert_refused(f, true, ERR_CORRUPT, "not a database");
	assert_refused(f, false, ERR_CORRUPT, "not a database");
}

static void folder_and_missing_folder(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir(f->path, 0777), 0);
	assert_refused(f, true, ERR_USAGE, "folder");
	assert_int_equal(rmdir(f->path), 0);
	(void)snprintf(f->path, sizeof f->path, "%s/none/lapse.db", f->dir);
	assert_refused(f, true, ERR_FAILED, "folder exists");
}

static void damaged_file(void **state)
{
	struct fixture *f = *state;
	FILE *out;

	OK(open_at(f, f->path, true, 0));
	store_close(f->store);
	f->store = NULL;
	out = fopen(f->path, "r+b");
	assert_non_null(out);
	/* The root page of the schema, behind the file's header. */
	assert_int_equal(fseek(out, 100, SEEK_SET), 0);
	for (int i = 0; i < 3000; i++)
		fputc(0xff, out);
	fclose(out);
	assert_refused(f, true, ERR_CORRUPT, "damaged");
}

/* A second writer, here in the same process: told who the first one is. */
static void second_writer_is_told_who(void **state)
{
	struct fixture *f = *state;
	struct store *first;
	char pid[32];

	OK(open_at(f, f->path, true, 0));
	first = f->store;
	(void)snprintf(pid, sizeof pid, "process %ld", (long)getpid());
	assert_refused(f, true, ERR_LOCKED, "lapse test");
	assert_non_null(strstr(f->e.message, pid));
	/* Reading goes on meanwhile. */
	OK(open_at(f, f->path, false, 0));
	store_close(f->store);
	store_close(first);
	OK(open_at(f, f->path, true, 0));
}

/* Killed, a writer leaves its lock's file, but no lock. */
static void lock_of_a_dead_process_is_none(void **state)
{
	struct fixture *f = *state;
	struct strbuf lock = {0};
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		(void)open_at(f, f->path, true, 0);
		_exit(7);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 7);
	strbuf_addf(&lock, "%s-lock", f->path);
	assert_int_equal(access(lock.ptr, F_OK), 0);
	OK(open_at(f, f->path, true, 0));
	store_close(f->store);
	f->store = NULL;
	assert_int_equal(access(lock.ptr, F_OK), -1);
	strbuf_release(&lock);
}

/* Somebody writes with another program: SQLite's own lock. */
static void locked_by_another_program(void **state)
{
	struct fixture *f = *state;
	struct db *other = NULL;

	OK(open_at(f, f->path, true, 0));
	begin_scan_of(f, shop(), "one");
	OK(db_open(&other, f->path, DB_WRITE, 0, NULL, NULL, &f->e));
	OK(db_begin(other, &f->e));
	assert_int_equal(store_begin(f->store, &f->e), ERR_LOCKED);
	assert_non_null(strstr(f->e.message, "locked by another program"));
	db_close(other);
	OK(store_begin(f->store, &f->e));
}

/* In a child that gives its privileges up: root may write anywhere. 0, or the line that failed. */
static int in_readonly_folder(struct fixture *f)
{
	if (geteuid() == 0 && setuid(65534) != 0)
		return __LINE__;
	if (open_at(f, f->path, true, 0) != ERR_FAILED)
		return __LINE__;
	if (!strstr(f->e.message, f->path) || !strstr(f->e.message, "cannot be written"))
		return __LINE__;
	if (open_at(f, f->path, false, 0) != 0)
		return __LINE__;
	return strcmp(ask(f, "SELECT count(*) FROM findings").ptr, "4\n") == 0 ? 0 : __LINE__;
}

static void folder_that_cannot_be_written(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t child;

	OK(open_at(f, f->path, true, 0));
	begin_scan_of(f, shop(), "one");
	put_shop(f);
	store_close(f->store);
	f->store = NULL;
	assert_int_equal(chmod(f->path, 0444), 0);
	assert_int_equal(chmod(f->dir, 0555), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(in_readonly_folder(f) % 256);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(chmod(f->dir, 0755), 0);
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* The batch that does not fit is lost, those before are kept, and the store goes on. */
static void full_disk(void **state)
{
	struct fixture *f = *state;
	struct finding one = hit(SLEEP, 1, "time.sleep(1)");
	int rc = 0;

	OK(open_at(f, f->path, true, 0));
	begin_scan_of(f, shop(), "one");
	put_shop(f);
	OK(db_exec(store_db(f->store), "PRAGMA max_page_count = 1", &f->e));
	OK(store_begin(f->store, &f->e));
	for (unsigned n = 1000; n < 9000 && rc == 0; n++) {
		const struct blob_record b = {
			.oid = oid_of(n), .findings = &one, .finding_count = 1};

		rc = store_put_blob(f->store, &b, &f->e);
	}
	assert_int_equal(rc, ERR_FAILED);
	assert_non_null(strstr(f->e.message, "disk is full"));
	reopen(f, true);
	ASK("SELECT blobs FROM coverage", "8\n");
	begin_scan_of(f, shop(), "one");
	OK(store_begin(f->store, &f->e));
	PUT_BLOB(f, 1000, one);
	OK(store_commit(f->store, &f->e));
	ASK("SELECT blobs FROM coverage", "9\n");
}

/* A batch that was not committed is as if it had never been. */
static void closing_rolls_back(void **state)
{
	struct fixture *f = *state;

	OK(open_at(f, f->path, true, 0));
	begin_scan_of(f, shop(), "one");
	OK(store_begin(f->store, &f->e));
	put_shop_blobs(f);
	put_shop_branches(f);
	reopen(f, true);
	begin_scan_of(f, shop(), "one");
	assert_int_equal(f->scan.next_commit, 1);
	assert_int_equal(store_has_blob(f->store, &(struct oid){{0}}, &f->e), 0);
	ASK("SELECT commits, blobs FROM coverage", "0|0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(new_file_is_made, setup, teardown),
		cmocka_unit_test_setup_teardown(empty_file_is_a_new_one, setup, teardown),
		cmocka_unit_test_setup_teardown(plain_sqlite_reads_it, setup, teardown),
		cmocka_unit_test_setup_teardown(tables_are_strict_and_commented, setup, teardown),
		cmocka_unit_test_setup_teardown(database_of_another_program, setup, teardown),
		cmocka_unit_test_setup_teardown(older_schema, setup, teardown),
		cmocka_unit_test_setup_teardown(newer_schema, setup, teardown),
		cmocka_unit_test_setup_teardown(not_a_database, setup, teardown),
		cmocka_unit_test_setup_teardown(folder_and_missing_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(damaged_file, setup, teardown),
		cmocka_unit_test_setup_teardown(second_writer_is_told_who, setup, teardown),
		cmocka_unit_test_setup_teardown(lock_of_a_dead_process_is_none, setup, teardown),
		cmocka_unit_test_setup_teardown(locked_by_another_program, setup, teardown),
		cmocka_unit_test_setup_teardown(folder_that_cannot_be_written, setup, teardown),
		cmocka_unit_test_setup_teardown(full_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(closing_rolls_back, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
