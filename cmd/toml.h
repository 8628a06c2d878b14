/*
 * TOML 1.0 (toml.io) as a tree of typed values, each with the place where it stands.
 *
 * The grammar is tree-sitter's; what a grammar cannot say (a key given twice, a table closed
 * before, numbers out of range) is checked here. Dates and floats are kept as written.
 */
#ifndef LAPSE_CMD_TOML_H
#define LAPSE_CMD_TOML_H

#include "scan/base/err.h"
#include "scan/base/mem.h"

enum toml_type {
	TOML_TABLE,
	TOML_ARRAY,
	TOML_STRING,
	TOML_INTEGER,
	TOML_BOOLEAN,
	TOML_OTHER, /* float, date or time: `text` has it as written */
};

struct toml_value {
	enum toml_type type;
	uint32_t line, column; /* of the key, in arrays of the value; from 1, in characters */
	struct str key;        /* in the table around; "" in arrays; NUL-terminated */
	struct str text;       /* STRING: decoded; INTEGER, OTHER: as written; NUL-terminated */
	int64_t integer;       /* INTEGER; BOOLEAN: 0 or 1 */
	struct toml_value *first, *last; /* of TABLE and ARRAY, in the order of the file */
	struct toml_value *next;         /* in the table or array around */
	uint8_t made_by;                 /* private to toml.c */
};

#define TOML_MAX_DEPTH 32 /* of arrays and inline tables in each other */

/*
 * Reads a text. `name` is what errors call it: "pyproject.toml:3:9: …; write …". The values live in
 * `a`. Returns 0 with the root table in *out, or ERR_USAGE.
 */
int toml_parse(
	struct str text, struct str name, struct arena *a, struct toml_value **out, struct err *e);
/* The value of a key, or NULL. `table` may be NULL or no table: then NULL, too. */
const struct toml_value *toml_get(const struct toml_value *table, const char *key);
const char *toml_type_name(enum toml_type type); /* "a string", for messages */

/* ---- toml_text.c, for toml.c ---- */

/* A string with its quotes to what it means; false for an escape that is no character. */
bool toml_decode(struct str quoted, struct arena *a, struct str *out);
bool toml_decode_integer(struct str text, int64_t *out);
/* What is most likely wrong in this line, for people; NULL: nothing that is known. */
const char *toml_explain_line(struct str line);

#endif
