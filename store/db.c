/*
 * The only file that calls SQLite's core. See db.h.
 *
 * Statements are kept by the address of their literal; SQL of users is prepared under an authorizer
 * and stepped under a progress handler that looks at the clock.
 */
#include "store/db.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/db_words.h"

/* Virtual machine steps between two looks at the clock: some 10 us. */
#define STEPS_PER_LOOK 1000
/* Of a value that SQL of users makes: no step of SQLite, and so no time limit, stops one function
 * that fills gigabytes. */
#define MOST_VALUE_BYTES (64 << 20)
#define BAD_NAME_BYTES   64
#define HOLDER_BYTES     256
#define SMALL_CACHE_KIB  "-16000"

struct db {
	sqlite3 *handle;
	char *path;
	db_holder *holder;
	void *holder_arg;
	VEC(struct db_stmt *) kept;
};

struct db_stmt {
	sqlite3_stmt *handle;
	struct db *db;
	const char *key;               /* address of the literal; NULL for guarded ones */
	char bad_name[BAD_NAME_BYTES]; /* a parameter that was bound and is none; "" */
	const struct db_guard *guard;
	bool started;
	struct timespec start;
};

/* ---- errors ---- */

static int fail_locked(const struct db *d, struct err *e)
{
	char buffer[HOLDER_BYTES] = "";
	const char *who = d->holder ? d->holder(d->holder_arg, buffer, sizeof buffer) : "";

	return err_set(e, ERR_LOCKED,
		"%s: locked by %s; wait until it has ended, or wait longer with --lock-timeout",
		d->path, *who ? who : "another program (not lapse) that writes to it");
}

static int fail(const struct db *d, int rc, struct err *e)
{
	int primary = rc & 0xff, code = ERR_FAILED;
	const char *words = db_words(primary);

	if (primary == SQLITE_NOMEM)
		mem_fail();
	if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
		return fail_locked(d, e);
	if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
		code = ERR_CORRUPT;
	if (words)
		return err_set(e, code, "%s: %s", d->path, words);
	return err_set(e, code, "%s: %s", d->path, sqlite3_errmsg(d->handle));
}

/* ---- connections ---- */

/*
 * A database in WAL mode needs to write beside itself even to be read. Where the folder does not
 * allow it and no writer left a log, the file is complete and can be read as it stands.
 */
static int open_immutable(struct db *d, const char *path)
{
	struct strbuf uri = {0};
	int rc;

	strbuf_addz(&uri, "file:");
	db_uri_path(&uri, path);
	strbuf_addz(&uri, "?immutable=1");
	sqlite3_close(d->handle);
	rc = sqlite3_open_v2(uri.ptr, &d->handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	strbuf_release(&uri);
	return rc;
}

static int open_reading(struct db *d, const char *path)
{
	int rc = sqlite3_open_v2(path, &d->handle, SQLITE_OPEN_READONLY, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(
			d->handle, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL);
	if (((rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_READONLY) && !db_has_log(path))
		rc = open_immutable(d, path);
	return rc;
}

static int open_writing(struct db *d, const char *path)
{
	return sqlite3_open_v2(path, &d->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
}

static const char settings[] = "PRAGMA cache_size = " SMALL_CACHE_KIB ";"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA trusted_schema = OFF;";

int db_open(struct db **out, const char *path, enum db_mode mode, uint32_t busy_timeout_ms,
	db_holder *holder, void *holder_arg, struct err *e)
{
	struct db *d = mem_zalloc(1, sizeof *d);
	struct strbuf name = {0};
	int rc, result = 0;

	strbuf_addz(&name, path);
	d->path = name.ptr ? name.ptr : mem_zalloc(1, 1);
	d->holder = holder;
	d->holder_arg = holder_arg;
	rc = mode == DB_READ ? open_reading(d, path) : open_writing(d, path);
	if (rc != SQLITE_OK)
		result = fail(d, rc, e);
	if (!result) {
		sqlite3_extended_result_codes(d->handle, 1);
		sqlite3_busy_timeout(d->handle, (int)busy_timeout_ms);
		result = db_exec(d, settings, e);
	}
	if (result) {
		db_close(d);
		d = NULL;
	}
	*out = d;
	return result;
}

void db_forget(struct db *d)
{
	for (size_t i = 0; i < d->kept.len; i++)
		db_free(d->kept.items[i]);
	vec_clear(&d->kept);
}

void db_close(struct db *d)
{
	if (!d)
		return;
	db_forget(d);
	vec_release(&d->kept);
	sqlite3_close(d->handle);
	free(d->path);
	free(d);
}

const char *db_path(const struct db *d)
{
	return d->path;
}

int db_exec(struct db *d, const char *sql, struct err *e)
{
	int rc = sqlite3_exec(d->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : fail(d, rc, e);
}

/* ---- statements ---- */

static struct db_stmt *statement_new(struct db *d, sqlite3_stmt *handle, const char *key)
{
	struct db_stmt *s = mem_zalloc(1, sizeof *s);

	s->db = d;
	s->handle = handle;
	s->key = key;
	return s;
}

struct db_stmt *db_prepare(struct db *d, const char *sql, struct err *e)
{
	sqlite3_stmt *handle;
	int rc;

	for (size_t i = 0; i < d->kept.len; i++)
		if (d->kept.items[i]->key == sql) {
			db_reset(d->kept.items[i]);
			sqlite3_clear_bindings(d->kept.items[i]->handle);
			return d->kept.items[i];
		}
	rc = sqlite3_prepare_v3(d->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
	if (rc != SQLITE_OK) {
		fail(d, rc, e);
		return NULL;
	}
	*vec_push(&d->kept) = statement_new(d, handle, sql);
	return *vec_last(&d->kept);
}

void db_free(struct db_stmt *s)
{
	if (!s)
		return;
	if (s->guard)
		sqlite3_progress_handler(s->db->handle, 0, NULL, NULL);
	sqlite3_finalize(s->handle);
	free(s);
}

/* The number of a parameter, 0 when it is none: then the next step fails. */
static int param(struct db_stmt *s, const char *name)
{
	int i = sqlite3_bind_parameter_index(s->handle, name);

	if (!i)
		(void)snprintf(s->bad_name, sizeof s->bad_name, "%s", name);
	return i;
}

void db_bind_int(struct db_stmt *s, const char *name, int64_t value)
{
	if (s)
		sqlite3_bind_int64(s->handle, param(s, name), value);
}

void db_bind_real(struct db_stmt *s, const char *name, double value)
{
	if (s)
		sqlite3_bind_double(s->handle, param(s, name), value);
}

void db_bind_text(struct db_stmt *s, const char *name, struct str value)
{
	if (s)
		sqlite3_bind_text64(s->handle, param(s, name), value.len ? value.ptr : "",
			value.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void db_bind_bytes(struct db_stmt *s, const char *name, const void *bytes, size_t len)
{
	if (s)
		sqlite3_bind_blob64(
			s->handle, param(s, name), len ? bytes : "", len, SQLITE_TRANSIENT);
}

static void warn_of_scans(struct db_stmt *s)
{
#ifdef LAPSE_DEBUG_SCANS
	const char *sql = sqlite3_sql(s->handle);

	if (sqlite3_stmt_status(s->handle, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1) > 0 && !s->guard &&
		!strstr(sql, "/*scan*/"))
		fprintf(stderr, "lapse: full scan: %s\n", sql);
#else
	(void)s;
#endif
}

static int fail_time_limit(struct db_stmt *s, struct err *e)
{
	return err_set(e, ERR_FAILED,
		"stopped at the time limit of %u ms; ask for less, or raise it with --timeout",
		(unsigned)s->guard->time_limit_ms);
}

/* What a user's SQL did wrong is not the database's fault. */
static int fail_sql(struct db *d, int rc, struct err *e)
{
	if (rc == SQLITE_AUTH)
		return err_set(e, ERR_USAGE,
			"not allowed here: %s; only SELECT on the public views is",
			sqlite3_errmsg(d->handle));
	if ((rc & 0xff) == SQLITE_ERROR)
		return err_set(e, ERR_USAGE, "bad SQL: %s", sqlite3_errmsg(d->handle));
	return fail(d, rc, e);
}

int db_step(struct db_stmt *s, struct err *e)
{
	int rc, code;

	if (!s)
		return e && e->code ? e->code : ERR_FAILED;
	if (s->bad_name[0])
		return err_set(e, ERR_FAILED, "internal error: no parameter %s in: %s", s->bad_name,
			sqlite3_sql(s->handle));
	if (!s->started && s->guard)
		clock_gettime(CLOCK_MONOTONIC, &s->start);
	s->started = true;
	rc = sqlite3_step(s->handle);
	if (rc == SQLITE_ROW)
		return 1;
	warn_of_scans(s);
	if (rc == SQLITE_DONE)
		code = 0;
	else if (rc == SQLITE_INTERRUPT && s->guard)
		code = fail_time_limit(s, e);
	else
		code = s->guard ? fail_sql(s->db, rc, e) : fail(s->db, rc, e);
	db_reset(s);
	return code;
}

int db_run(struct db_stmt *s, struct err *e)
{
	int rc;

	do
		rc = db_step(s, e);
	while (rc > 0);
	return rc;
}

void db_reset(struct db_stmt *s)
{
	if (!s)
		return;
	sqlite3_reset(s->handle);
	s->started = false;
}

int db_column_count(const struct db_stmt *s)
{
	return sqlite3_column_count(s->handle);
}

const char *db_column_name(const struct db_stmt *s, int column)
{
	return sqlite3_column_name(s->handle, column);
}

enum db_type db_type_of(struct db_stmt *s, int column)
{
	switch (sqlite3_column_type(s->handle, column)) {
	case SQLITE_INTEGER:
		return DB_INT;
	case SQLITE_FLOAT:
		return DB_REAL;
	case SQLITE_TEXT:
		return DB_TEXT;
	case SQLITE_BLOB:
		return DB_BYTES;
	default:
		return DB_NULL;
	}
}

int64_t db_int(struct db_stmt *s, int column)
{
	return sqlite3_column_int64(s->handle, column);
}

uint32_t db_u32(struct db_stmt *s, int column)
{
	return (uint32_t)db_int(s, column);
}

double db_real(struct db_stmt *s, int column)
{
	return sqlite3_column_double(s->handle, column);
}

struct str db_text(struct db_stmt *s, int column)
{
	const char *p = sqlite3_column_blob(s->handle, column);
	int n = sqlite3_column_bytes(s->handle, column);

	return p ? str_slice(p, (size_t)n) : STR_EMPTY;
}

struct str db_text_dup(struct db_stmt *s, int column, struct arena *a)
{
	return arena_dup(a, db_text(s, column));
}

int64_t db_last_id(struct db *d)
{
	return sqlite3_last_insert_rowid(d->handle);
}

int64_t db_changes(struct db *d)
{
	return sqlite3_changes64(d->handle);
}

/* ---- transactions ---- */

int db_begin(struct db *d, struct err *e)
{
	return db_run(db_prepare(d, "BEGIN IMMEDIATE", e), e);
}

int db_commit(struct db *d, struct err *e)
{
	int rc = db_run(db_prepare(d, "COMMIT", e), e);

	if (rc < 0)
		db_rollback(d);
	return rc;
}

void db_rollback(struct db *d)
{
	if (db_in_transaction(d))
		(void)sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool db_in_transaction(const struct db *d)
{
	return !sqlite3_get_autocommit(d->handle);
}

/* ---- SQL that users write ---- */

static int authorize(void *arg, int action, const char *first, const char *second,
	const char *schema, const char *accessor)
{
	const struct db_guard *guard = arg;

	(void)schema;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return strcmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_READ:
		/* Inside of a view its own tables are read; `accessor` names the view then. A table
		 * of which no column is read comes without a name of a column, and without a view.
		 */
		return !*second || guard->may_read(guard->arg, accessor ? accessor : first) ||
				guard->may_read(guard->arg, first)
			? SQLITE_OK
			: SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static int over_time(void *arg)
{
	const struct db_stmt *s = arg;
	struct timespec now;
	int64_t ms;

	if (!s->started)
		return 0;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = ((int64_t)now.tv_sec - s->start.tv_sec) * 1000 +
		(now.tv_nsec - s->start.tv_nsec) / 1000000;
	return ms > s->guard->time_limit_ms;
}

/* What stands behind the first statement must be nothing but white space and comments, which is
 * what preparing to no statement says. */
static bool only_one(struct db *d, const char *tail, const char *end)
{
	sqlite3_stmt *more = NULL;
	int rc = sqlite3_prepare_v2(d->handle, tail, (int)(end - tail), &more, NULL);

	sqlite3_finalize(more);
	return rc == SQLITE_OK && !more;
}

static int check_guarded(
	struct db *d, sqlite3_stmt *handle, struct str sql, const char *tail, struct err *e)
{
	if (!handle)
		return err_set(e, ERR_USAGE, "bad SQL: there is no statement");
	if (!only_one(d, tail, sql.ptr + sql.len))
		return err_set(e, ERR_USAGE, "bad SQL: only one statement is allowed");
	if (!sqlite3_stmt_readonly(handle) || sqlite3_column_count(handle) == 0)
		return err_set(e, ERR_USAGE, "not allowed here: only a SELECT is");
	return 0;
}

int db_prepare_guarded(struct db_stmt **out, struct db *d, struct str sql,
	const struct db_guard *guard, struct err *e)
{
	sqlite3_stmt *handle = NULL;
	const char *tail = NULL;
	void *arg = (void *)(uintptr_t)guard;
	int rc;

	*out = NULL;
	if (sql.len == 0)
		return err_set(e, ERR_USAGE, "bad SQL: there is no statement");
	(void)sqlite3_limit(d->handle, SQLITE_LIMIT_LENGTH, MOST_VALUE_BYTES);
	sqlite3_set_authorizer(d->handle, authorize, arg);
	rc = sqlite3_prepare_v2(d->handle, sql.ptr, (int)sql.len, &handle, &tail);
	sqlite3_set_authorizer(d->handle, NULL, NULL);
	rc = rc != SQLITE_OK ? fail_sql(d, rc, e) : check_guarded(d, handle, sql, tail, e);
	if (rc < 0) {
		sqlite3_finalize(handle);
		return rc;
	}
	*out = statement_new(d, handle, NULL);
	(*out)->guard = guard;
	if (guard->time_limit_ms)
		sqlite3_progress_handler(d->handle, STEPS_PER_LOOK, over_time, *out);
	return 0;
}

int db_param_count(const struct db_stmt *s)
{
	return sqlite3_bind_parameter_count(s->handle);
}

const char *db_param_name(const struct db_stmt *s, int index)
{
	const char *name = sqlite3_bind_parameter_name(s->handle, index + 1);

	return name ? name : "?";
}

bool db_has_param(const struct db_stmt *s, const char *name)
{
	return sqlite3_bind_parameter_index(s->handle, name) > 0;
}

bool db_is_complete(const char *sql)
{
	return sqlite3_complete(sql) != 0;
}

/* As the documentation of SQLITE_DBCONFIG_RESET_DATABASE has it. */
int db_empty(struct db *d, struct err *e)
{
	int rc;

	db_forget(d);
	(void)sqlite3_db_config(d->handle, SQLITE_DBCONFIG_RESET_DATABASE, 1, 0);
	rc = db_exec(d, "VACUUM", e);
	(void)sqlite3_db_config(d->handle, SQLITE_DBCONFIG_RESET_DATABASE, 0, 0);
	return rc;
}
