/*
 * `lapse query`: its options depend on the report it names, so it looks at its arguments before
 * they are parsed.
 */
#ifndef LAPSE_CMD_QUERY_H
#define LAPSE_CMD_QUERY_H

/* Runs `lapse query ARGV…`; run_name runs the report that argv[0] names with the other arguments.
 */
int query_dispatch(int argc, char *const *argv, int (*run_name)(int argc, char *const *argv));

#endif
