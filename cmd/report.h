/*
 * The named reports: queries with a header, whose parameters become options.
 */
#ifndef LAPSE_CMD_REPORT_H
#define LAPSE_CMD_REPORT_H

#include "cmd/command.h"
#include "store/query.h"

/* The reports that are part of the program; their names are NUL-terminated. */
struct reports {
	struct arena arena;
	struct query *items;
	uint32_t count;
};

int reports_load(struct reports *r, struct err *e);
void reports_release(struct reports *r);
const struct query *reports_find(const struct reports *r, const char *name);

/* Adds the user's query of this name, if there is one and no report of the program has the name; see
 * report_files.c. ERR_USAGE for a file that is none. */
int reports_add_file(struct reports *r, const char *name, struct err *e);
/* Adds all of the user's; prints what is wrong with those that are none. */
void reports_add_files(struct reports *r);

/* A query as a command. `verb` is how the user called it, for the usage line. Lives as long as `a`,
 * q and verb. */
struct command report_command(struct arena *a, const struct query *q, const char *verb);

/* --timeout and --max-rows of the session. */
struct query_limits report_limits(const struct session *s);
/* Writes the rows of an opened query in the session's --format; closes nothing. Returns an exit
 * code, having printed what went wrong. */
int report_write(struct session *s, struct query_run *run);

#endif
