/*
 * Commands and the session they run in. Every command is one file that opens with its
 * `const struct command`; main.c has only the list of them.
 *
 * Results go to session_out(), everything else to stderr through the functions below: one line
 * each, `lapse: <thing>: <what>; <what to do>`.
 */
#ifndef LAPSE_CMD_COMMAND_H
#define LAPSE_CMD_COMMAND_H

#include <stdio.h>

#include "cmd/option.h"
#include "cmd/output.h"
#include "cmd/terminal.h"

#define LAPSE_VERSION "0.1.0"
#define LAPSE_DATE    "November 21, 2026" /* of the version, for manual pages */

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FOUND = 1,   /* the gate failed, lint found something */
	EXIT_TROUBLE = 2, /* usage or internal error */
	EXIT_PARTIAL = 3, /* --strict, and part could not be read */
	EXIT_SIGNAL = 128,
};

/* Options that several commands share, so that they are the same everywhere (common.c). */
enum option_group {
	GROUP_ROWS = 1,      /* --format of rows */
	GROUP_DATABASE = 2,  /* --db, --repo, --lock-timeout */
	GROUP_LEVEL = 4,     /* --level */
	GROUP_LIMITS = 8,    /* --timeout, --max-rows */
	GROUP_COMPARE = 16,  /* of commands that compare revisions: see compare.h */
	GROUP_PAGER = 32,    /* --no-pager */
	GROUP_FINDINGS = 64, /* --format of findings */
};

struct example {
	const char *command, *does; /* command NULL ends the table */
};

struct session;

/* Whose configuration counts; with GROUP_DATABASE the repository's of --repo. See config.h. */
enum config_home {
	CONFIG_OF_FOLDER,  /* from the current directory upwards */
	CONFIG_OF_OPERAND, /* the repository that the first operand names */
	CONFIG_OF_REPO,    /* the repository of --repo */
	CONFIG_UNUSED,     /* works whatever stands there */
};

struct command {
	const char *name;
	const char *summary;  /* one line, for the list of commands */
	const char *operands; /* "[PATH...]", "" for none */
	size_t max_operands;
	const char *const
		*actions; /* what its first operand may be, NULL-terminated; NULL: others */
	enum words words; /* what its operands may be */
	unsigned groups;  /* enum option_group */
	enum config_home config;
	const struct option_spec *options; /* its own; NULL for none */
	const char *about;                 /* paragraphs for --help; NULL for none */
	const struct example *examples;    /* NULL for none */
	int (*run)(struct session *s);     /* returns an enum exit_code */
	const void *data;                  /* for run: what a command made at run time is about */
};

#define ANY_NUMBER ((size_t)-1)

struct config;

struct session {
	const struct command *command;
	struct options options;
	const struct config *config;
	struct terminal terminal; /* of the results */
	bool quiet, verbose;
	struct arena arena; /* lasts as long as the session */
	/* private to session.c */
	struct output output;
};

/* Every command, NULL-terminated (main.c). */
extern const struct command *const commands[];
const struct command *command_find(struct str name);

/* The tables of the command's options: its own, its groups', the ones all have. */
#define MAX_OPTION_TABLES 10 /* its own, seven groups, those of all, and NULL */
void command_option_tables(
	const struct command *c, const struct option_spec *tables[MAX_OPTION_TABLES]);
extern const char *const level_choices[]; /* error, warning, info */

/* ---- session.c ---- */

/* Parses arguments, opens the output, runs, closes: what main does with a command. */
int session_run(const struct command *c, int argc, char *const *argv);
FILE *session_out(struct session *s);

/* The result of a command that failed: prints the line, returns EXIT_TROUBLE. */
int session_fail(const struct session *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int session_fail_err(const struct session *s, const struct err *e);
/* "lapse: warning: …" and plain lines on stderr; silent with -q. */
void session_warn(const struct session *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void session_note(const struct session *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Only with -v. */
void session_detail(const struct session *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* One error line without a session. */
void print_failure(const char *message);

/* ---- help.c ---- */

extern const char help_purpose[], help_times[]; /* paragraphs */
bool help_has_dates(const struct command *c);   /* has it an option that is a DATE? */

void help_command(FILE *out, const struct command *c, size_t width);
void help_overview(FILE *out, size_t width);

#endif
