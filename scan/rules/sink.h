/*
 * Where the value of a call goes, as far as its own function shows: dropped, bound to a local that
 * nobody reads, collected in a container that nobody reads, or handed to somebody.
 *
 * Private to scan/rules. It answers for values that must not be lost: tasks, coroutines, futures.
 */
#ifndef LAPSE_RULES_SINK_H
#define LAPSE_RULES_SINK_H

#include "scan/py/file.h"

enum sink_kind {
	SINK_ELSEWHERE, /* passed on, returned, awaited, stored: somebody has it */
	SINK_DROPPED,   /* the value of an expression statement */
	SINK_BOUND,     /* the value of an assignment */
};

struct sink {
	enum sink_kind kind;
	const struct py_node *stmt;  /* parent of value; a statement unless SINK_ELSEWHERE */
	const struct py_node *value; /* the outermost expression that carries or holds the value */
	bool contained;              /* it sits in a list, set, tuple or dictionary */
};

struct sink sink_of(const struct py_node *n);
/* The expression whose value is that of `n`: out of `a or f()` and `f() if a else b`. */
const struct py_node *sink_carrier(const struct py_node *n);
/* Is the value bound to `_`, or only to locals that are never read? `n` as given to sink_of. */
bool sink_is_unread(struct py_file *f, const struct sink *s, const struct py_node *n);
/* Is it put into a local container (`tasks.append(n)`, `tasks = [n for …]`, `tasks[k] = n`) with
 * which the function does nothing but collect? */
bool sink_is_collected(struct py_file *f, const struct sink *s);

#endif
