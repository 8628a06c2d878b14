/*
 * Private to the error family: are the results of a gather looked at?
 */
#ifndef LAPSE_RULES_GATHER_H
#define LAPSE_RULES_GATHER_H

#include "scan/rules/rule.h"

enum gather_fate {
	GATHER_TESTED, /* something asks the elements whether they are exceptions, or may do so */
	GATHER_DISCARDED, /* nobody has the list */
	GATHER_UNTESTED,  /* it is used as if every element were a result */
};

/* What happens to the list that `awaited` (an Await or YieldFrom) gives, in its function. */
enum gather_fate gather_fate(struct py_file *f, const struct py_node *awaited);
/* Are the gathered tasks themselves asked afterwards: t.exception(), t.result(), await t? */
bool gather_asks_tasks(struct py_file *f, const struct py_node *gather);
/* "Cancel all, then gather": was anything cancelled before in this function, or are the gathered
 * tasks an attribute whose tasks the class cancels? */
bool gather_reaps(struct py_file *f, const struct py_node *gather);
/* Is it only about the end of what is gathered: close() and the like, in a function of such a name,
 * or in a finally? */
bool gather_cleans_up(struct py_file *f, const struct py_node *gather);
/* Does every gathered coroutine of this file catch its own exceptions around all its awaits? */
bool gather_never_fails(struct py_file *f, const struct py_node *gather);

#endif
