/*
 * What the parts of the starvation family share. Private to it.
 */
#ifndef LAPSE_RULES_STARVATION_H
#define LAPSE_RULES_STARVATION_H

#include "scan/rules/rule.h"

/* How long an expression, the operand of an await, sleeps. */
enum sleep {
	SLEEP_NOT,      /* it does something else */
	SLEEP_ZERO,     /* asyncio.sleep(0), trio.lowlevel.checkpoint(): lets others run, once */
	SLEEP_CONSTANT, /* for a time that stands in the source */
	SLEEP_VARIABLE, /* for a time that is computed: a back-off, an interval of the caller */
};
enum sleep sleep_of(struct py_file *f, const struct py_node *awaited);

rule_check check_spin, check_poll;

#endif
