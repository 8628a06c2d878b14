/*
 * Private to the process family: does pickle refuse what is written here?
 */
#ifndef LAPSE_RULES_PICKLE_H
#define LAPSE_RULES_PICKLE_H

#include "scan/rules/rule.h"

/* The first thing found that cannot be pickled. */
struct pickled {
	struct py_file *file;
	bool process; /* handed to a Process, which inherits locks and queues of multiprocessing */
	struct str what;             /* "a lambda" */
	const struct py_node *where; /* NULL: nothing found */
};

/* A callable: lambda, nested function or class, method of a nested class, partial of them. */
void pickle_callable(struct pickled *p, const struct py_node *callable);
/* An argument; displays written in place are looked into. */
void pickle_argument(struct pickled *p, const struct py_node *arg);
/* The elements of an iterable that is walked here: only they are handed over. */
void pickle_elements(struct pickled *p, const struct py_node *iterable);

#endif
