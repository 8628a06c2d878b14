/*
 * What the parts of the blocking family share. Private to it.
 */
#ifndef LAPSE_RULES_BLOCKING_H
#define LAPSE_RULES_BLOCKING_H

#include "scan/rules/rule.h"

/* For rows whose data names kinds of the catalogue: reports the call when it is one of those,
 * stands in async code, and nothing else reports the same defect. */
void check_blocking_call(struct rule_run *run, const struct rule *rule, const struct py_node *call);
/* As check_blocking_call, and Django's ORM. */
void check_blocking_database(
	struct rule_run *run, const struct rule *rule, const struct py_node *call);

/* The next longer expression of a chain of calls, attributes and items; NULL at its end. */
const struct py_node *chain_next(const struct py_node *n);
/* Outermost expression of the chain `call.filter(…)[0].all()` that starts with this one. */
const struct py_node *chain_end(const struct py_node *call);
/* Is this iterable's content asked for right here: for, comprehension, list(), sorted(), next()…?
 */
bool is_consumed(const struct py_node *expr);

#endif
