/*
 * Named queries and users' own SQL: parsing the headers of .sql files, binding typed parameters,
 * reading rows under guards (only SELECT on the public views, limits on time and rows).
 *
 * A query file is, in this order: `-- name: title`, prose lines, `-- param NAME TYPE [DEFAULT]
 * TEXT`,
 * `-- column NAME TYPE [HINT] TEXT`, then one SELECT. Lines may continue on comment lines that are
 * indented by two more blanks. DEFAULT and HINT stand in square brackets; a parameter without a
 * default is NULL unless given. Queries of the program and files of users are read the same way.
 */
#ifndef LAPSE_STORE_QUERY_H
#define LAPSE_STORE_QUERY_H

#include "store/store.h"

enum query_type {
	QUERY_TEXT,
	QUERY_INT,
	QUERY_REAL,
	QUERY_DATE,  /* parameter: 2024, 2024-03, 2024-03-09 or a full UTC time; column: the same as
			text */
	QUERY_LEVEL, /* error, warning, info */
	QUERY_BOOL,  /* parameter: true/false, yes/no, 1/0; column: 1 or 0 */
};
const char *query_type_name(enum query_type t);

struct query_param {
	struct str name; /* "since", bound to :since */
	enum query_type type;
	bool has_fallback;
	struct str fallback; /* as the user would write it */
	struct str text;     /* help */
};

struct query_column {
	struct str name;
	enum query_type type;
	struct str hint; /* "commit", "right", "percent", "bar", …: for output; "" for none */
	struct str text;
};

struct query {
	struct str name, title; /* "trend", "How many findings are open, month by month" */
	struct str prose;       /* lines, without the comment signs */
	struct str sql;         /* the whole file: the header is comments to SQLite */
	struct str source;      /* "queries/trend.sql" or the user's path, for messages */
	bool builtin;
	struct query_param *params;
	struct query_column *columns; /* may be fewer than the SELECT has: those are text */
	uint32_t param_count, column_count;
};

/* The queries that are part of the program, by name. Strings live in `a`. */
int query_builtin(struct arena *a, struct query **out, uint32_t *count, struct err *e);
/* One file. ERR_NOT_FOUND, or ERR_USAGE naming file and line. */
int query_load(struct arena *a, const char *path, struct query *out, struct err *e);
/* The text of a file; `source` names it in messages. */
int query_parse(
	struct arena *a, struct str source, struct str text, struct query *out, struct err *e);
const struct query *query_find(const struct query *queries, uint32_t count, struct str name);
const struct query_param *query_param_find(const struct query *q, struct str name);

struct query_limits {
	uint32_t time_ms; /* 0: none */
	uint32_t rows;    /* 0: none */
};
#define QUERY_DEFAULT_LIMITS ((struct query_limits){30000, 100000})

struct query_run;

/* Prepares a query; checks that its header and its SQL agree (ERR_USAGE). `q` must outlive the run.
 */
int query_open(struct query_run **out, struct store *s, const struct query *q,
	const struct query_limits *limits, struct err *e);
/* The same for SQL without a header: every parameter it names is text that looks like what it is
 * (an integer, a real number, else text). */
int query_open_sql(struct query_run **out, struct store *s, struct str sql,
	const struct query_limits *limits, struct err *e);
void query_close(struct query_run *r); /* r may be NULL */
/* Does this end a statement: a semicolon outside of texts and comments? `sql` is NUL-terminated. */
bool query_is_complete(struct str sql);

/* Binds a parameter from its text, before the first query_next. ERR_USAGE: no such parameter (the
 * message lists those there are), or not of its type. */
int query_bind(struct query_run *r, struct str name, struct str value, struct err *e);

/* 1 with a row, 0 at the end (see query_truncated), or negative. Parameters that were not bound get
 * their defaults; in SQL without a header that is an error. */
int query_next(struct query_run *r, struct err *e);
bool query_truncated(const struct query_run *r); /* stopped at the row limit, and there was more */

uint32_t query_column_count(const struct query_run *r);
/* Name, type and hint; for columns without a header line the type is QUERY_TEXT. */
struct query_column query_column(const struct query_run *r, uint32_t column);

enum query_kind { QUERY_IS_NULL, QUERY_IS_INT, QUERY_IS_REAL, QUERY_IS_TEXT };
struct query_value {
	enum query_kind kind;
	int64_t integer;
	double real;
	struct str text; /* until the next query_next; set for every kind but NULL */
};
struct query_value query_value(struct query_run *r, uint32_t column);

#endif
