/*
 * `lapse query`: its options depend on the report it names, so it looks at its arguments before
 * they are parsed.
 */
#ifndef LAPSE_CMD_QUERY_H
#define LAPSE_CMD_QUERY_H

/* Runs `lapse query ARGV…`; returns the exit code. */
int query_dispatch(int argc, char *const *argv);

#endif
