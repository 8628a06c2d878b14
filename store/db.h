/*
 * SQLite, behind the one file that calls it: connections, statements bound by name, transactions,
 * errors as one clear line that names the file, guards for SQL that users write.
 *
 * Knows nothing of the schema. A connection and its statements belong to one thread.
 */
#ifndef LAPSE_STORE_DB_H
#define LAPSE_STORE_DB_H

#include "scan/base/err.h"
#include "scan/base/mem.h"
#include "scan/base/str.h"

struct db;
struct db_stmt;

enum db_mode { DB_READ, DB_WRITE };

/*
 * Opens the file at `path`; DB_WRITE creates it (not its folder). DB_READ works in folders that
 * cannot be written, too. A statement waits busy_timeout_ms for other writers. `holder` (may be
 * NULL) is asked for words that say who holds the database when it stays locked: it returns "" when
 * it cannot tell; its result is copied at once.
 */
typedef const char *db_holder(void *arg, char *buffer, size_t bytes);
int db_open(struct db **out, const char *path, enum db_mode mode, uint32_t busy_timeout_ms,
	db_holder *holder, void *holder_arg, struct err *e);
void db_close(struct db *d); /* d may be NULL; rolls back what is open */
const char *db_path(const struct db *d);

/* Runs one or more statements without parameters or results that matter. */
int db_exec(struct db *d, const char *sql, struct err *e);

/*
 * The statement for a string literal, prepared at the first call and kept: the address of `sql` is
 * the key. Ready to bind: its parameters are NULL. NULL on error, with *e set; the functions below
 * take NULL and do nothing, db_step and db_run then return e's code, so a call chain needs one
 * test.
 */
struct db_stmt *db_prepare(struct db *d, const char *sql, struct err *e);

/* Drops every kept statement; pointers to them are void. */
void db_forget(struct db *d);

/* A name that the statement does not have makes its db_step fail. Text and bytes are copied. */
void db_bind_int(struct db_stmt *s, const char *name, int64_t value);
void db_bind_real(struct db_stmt *s, const char *name, double value);
void db_bind_text(struct db_stmt *s, const char *name, struct str value);
void db_bind_bytes(struct db_stmt *s, const char *name, const void *bytes, size_t len);

/* 1 when there is a row, 0 at the end, or negative. At the end and on errors the statement is
 * reset; to leave it earlier call db_reset. */
int db_step(struct db_stmt *s, struct err *e);
int db_run(struct db_stmt *s, struct err *e); /* steps to the end: 0 or negative */
void db_reset(struct db_stmt *s);

/* Columns of the row, from 0. Text and bytes last until the next db_step or db_reset. */
enum db_type { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_BYTES };
int db_column_count(const struct db_stmt *s);
const char *db_column_name(const struct db_stmt *s, int column);
enum db_type db_type_of(struct db_stmt *s, int column);
int64_t db_int(struct db_stmt *s, int column);
uint32_t db_u32(struct db_stmt *s, int column);
double db_real(struct db_stmt *s, int column);
struct str db_text(struct db_stmt *s, int column);
struct str db_text_dup(struct db_stmt *s, int column, struct arena *a);

int64_t db_last_id(struct db *d); /* row id of the last insert */
int64_t db_changes(struct db *d); /* rows the last statement changed */

/* Transactions that write, from the start. db_rollback never fails. */
int db_begin(struct db *d, struct err *e);
int db_commit(struct db *d, struct err *e);
void db_rollback(struct db *d);
/* Drops all there is in the file, outside of a transaction. */
int db_empty(struct db *d, struct err *e);
bool db_in_transaction(const struct db *d);

/* ---- SQL that users write ---- */

struct db_guard {
	/* May this name be read from? Asked for every table or view that is read directly. */
	bool (*may_read)(void *arg, const char *table);
	void *arg;
	uint32_t time_limit_ms; /* 0: none */
};
/*
 * Prepares exactly one SELECT (or VALUES, WITH) under the guard: no writes, no ATTACH, no PRAGMA,
 * no extension. Parameters of any of SQLite's named forms. The guard must outlive the statement;
 * the clock starts at its first step. ERR_USAGE for SQL that is wrong. Free with db_free.
 */
int db_prepare_guarded(struct db_stmt **out, struct db *d, struct str sql,
	const struct db_guard *guard, struct err *e);
void db_free(struct db_stmt *s);
bool db_is_complete(const char *sql); /* ends with a semicolon outside of texts and comments */
int db_param_count(const struct db_stmt *s);
const char *db_param_name(const struct db_stmt *s, int index); /* from 0; with its ':'; NULL: "?" */
bool db_has_param(const struct db_stmt *s, const char *name);

#endif
