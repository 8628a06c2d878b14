/*
 * Private to scan/rules: where the content of an iterator is asked for. Generators, Path.glob() and
 * the like do nothing when they are called; whoever goes through them does the work.
 */
#ifndef LAPSE_RULES_CONSUME_H
#define LAPSE_RULES_CONSUME_H

#include "scan/py/file.h"

/* Is this iterable's content asked for right here: for, comprehension, list(), sorted(), next(),
 * unpacking, `in`? Through enumerate(), zip() and the like as well. */
bool is_consumed(const struct py_node *expr);
/* The same, or it is bound to a local that the same function goes through. */
bool is_iterated(struct py_file *f, const struct py_node *expr);

#endif
