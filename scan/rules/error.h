/*
 * Private to the error family: its callbacks, and what they share.
 */
#ifndef LAPSE_RULES_ERROR_H
#define LAPSE_RULES_ERROR_H

#include "scan/rules/rule.h"

/* ---- error_gather.c ---- */

void check_gather_ignored(
	struct rule_run *run, const struct rule *rule, const struct py_node *call);
void check_gather_handler(
	struct rule_run *run, const struct rule *rule, const struct py_node *try_stmt);

/* ---- error_future.c ---- */

/* rule->data: the executor's method, "submit" or "map". */
void check_future_dropped(
	struct rule_run *run, const struct rule *rule, const struct py_node *call);

/* ---- error_pool.c ---- */

void check_pool_discarded(
	struct rule_run *run, const struct rule *rule, const struct py_node *call);

/* ---- error_wait.c ---- */

void check_wait_ignored(struct rule_run *run, const struct rule *rule, const struct py_node *call);

#endif
