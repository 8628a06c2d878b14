/*
 * Private to `lapse sql`: what its files share.
 */
#ifndef LAPSE_CMD_SQL_H
#define LAPSE_CMD_SQL_H

#include "cmd/command.h"
#include "store/store.h"

/* Runs one statement and writes its rows; returns an exit code. */
int sql_run(struct session *s, struct store *store, struct str sql);
/* Writes the dictionary of the views, or of one when name is not "", in the session's format. */
int sql_write_schema(struct session *s, struct str name);
/* Statements and dot commands from the terminal until its end; returns an exit code. */
int sql_shell(struct session *s, struct store *store);

#endif
