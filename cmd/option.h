/*
 * Option tables: one row per option drives parsing, `--help`, completion and the names of
 * configuration keys. Rows may be made at run time (parameters of named queries).
 *
 * Accepted: `--name value`, `--name=value`, `-n value`, `-nvalue`, combined flags `-qv`, options
 * after operands, `--` to end them. Shortened long names are not: scripts must not break when an
 * option is added.
 */
#ifndef LAPSE_CMD_OPTION_H
#define LAPSE_CMD_OPTION_H

#include "scan/base/err.h"
#include "scan/base/mem.h"

enum option_type {
	OPTION_FLAG, /* takes no value */
	OPTION_TEXT,
	OPTION_FILE,   /* text that names a file: not empty */
	OPTION_LIST,   /* may be given again and again: every value counts */
	OPTION_CHOICE, /* one of spec->choices */
	OPTION_NUMBER, /* a whole number, not negative */
	OPTION_REAL,   /* a decimal number, maybe negative */
	OPTION_SIZE,   /* bytes; k, M, G may follow: 1024 each */
	OPTION_DATE,   /* see date.h; the value is seconds since 1970 UTC */
};

/* What the shell offers for a value or an operand; see complete.h. */
enum words {
	WORDS_OF_TYPE, /* choices, files, or nothing */
	WORDS_FILES,
	WORDS_FOLDERS,
	WORDS_REVISIONS, /* branches, tags, ranges of them */
	WORDS_RULES,
	WORDS_CATEGORIES,
	WORDS_VERBS,   /* commands and reports */
	WORDS_REPORTS, /* named queries, also the user's own */
	WORDS_REPOS,   /* those of the database */
};

struct option_spec {
	const char *name; /* long, without dashes; NULL ends a table */
	char letter;      /* short, or 0 */
	enum option_type type;
	const char *argument; /* in help: "FILE"; NULL for flags */
	const char *initial;  /* the default as text, NULL for none; checked like a given one */
	const char *help;     /* a phrase, lower case, no full stop */
	const char *const
		*choices; /* OPTION_CHOICE: NULL-terminated; of others only to be offered */
	enum words words;
};

struct option_value {
	const struct option_spec *spec;
	bool given;         /* on the command line or in a configuration file */
	const char *origin; /* the file and line that gave it; NULL for all others */
	const char *text;   /* the last one given, or the default; NULL for neither */
	int64_t number;     /* NUMBER, SIZE, DATE; FLAG: how often it was given */
	double real;
	VEC(const char *) list; /* OPTION_LIST: those given */
};

struct options {
	struct option_value *values;
	size_t count;
	VEC(const char *) operands;
};

/* What the tables say, with the defaults set. `tables` is NULL-terminated. Fails for a default that
 * is not of its option's type. */
int options_init(struct options *o, const struct option_spec *const *tables, struct err *e);
void options_release(struct options *o);
/* Reads argv[0 … argc-1] (no program name). Values point into argv. ERR_USAGE with a suggestion. */
int options_parse(struct options *o, int argc, char *const *argv, struct err *e);
/* Sets one option from text, checking it: the one place where values are checked. */
int option_set(struct option_value *v, const char *text, struct err *e);

/* The option that an argument "--name", "-n" or "-qn" needs its value for from the next argument;
 * NULL when it needs none. */
const struct option_spec *options_awaiting(const struct options *o, const char *arg);

/* The value of an option; asking for a name that no table has is a bug and aborts. */
const struct option_value *options_get(const struct options *o, const char *name);
bool options_have(const struct options *o, const char *name); /* does a table have it? */
bool options_flag(const struct options *o, const char *name);
const char *options_text(const struct options *o, const char *name);
int64_t options_number(const struct options *o, const char *name);
/* Seconds as milliseconds; what is more than fits is the most that does. */
uint32_t options_ms(const struct options *o, const char *name);

/* "4M" -> 4194304; whole numbers with k, M, G. False when it is none or too large. */
bool size_parse(const char *text, int64_t *bytes);
bool number_parse(const char *text, int64_t *number); /* decimal digits only */

#endif
