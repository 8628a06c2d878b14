/*
 * What the parts of the throughput family share: which awaited calls read from a server. Private to
 * it.
 */
#ifndef LAPSE_RULES_THROUGHPUT_H
#define LAPSE_RULES_THROUGHPUT_H

#include "scan/rules/rule.h"

/* Is this a call of an async client that asks a server over HTTP, or a database through a pool? A
 * single connection or transaction is not meant: it cannot do two things at once. */
bool asks_server(struct py_file *f, const struct py_node *call);
/* Is such a client among the arguments: `load(session, url)`? */
bool passes_client(struct py_file *f, const struct py_node *call);
/* Does one of both hold, or does a function of this file ask a server in a few steps? */
bool reaches_server(struct py_file *f, const struct py_node *call);
/* Does the call only read: GET, fetch, find? */
bool is_read_name(struct str name);
/* Is anything in the subtree named like a semaphore, limiter or lock? */
bool names_limit(const struct py_node *top);

rule_check check_sequential, check_unbounded;

#endif
