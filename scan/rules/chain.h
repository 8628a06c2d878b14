/*
 * Private to scan/rules: which of the file's own sync functions, when they are called, come to
 * something that a rule looks for, and through which calls.
 *
 * Found when first asked and remembered for the file: every function is read once for a search,
 * whatever the number of call sites. The way that is told is the shortest one to the worst thing
 * found, the first in the source among equals.
 */
#ifndef LAPSE_RULES_CHAIN_H
#define LAPSE_RULES_CHAIN_H

#include "scan/rules/rule.h"

#define CHAIN_MAX_STEPS  5 /* functions between the call site and what is looked for */
#define CHAIN_MAX_GRADES 3

/* What a rule looks for. Searches are told apart by address: let them be static. */
struct chain_search {
	/* Is this Call, in the body of a sync function, what is looked for? 0 for no, else how bad
	 * it is, up to CHAIN_MAX_GRADES. */
	int (*grade_call)(struct rule_run *run, const struct py_node *call);
	/* The thing itself in a function's body that is no call, or NULL; its grade is 1. May be
	 * NULL. */
	const struct py_node *(*find_other)(struct rule_run *run, const struct py_node *function);
	/* Functions into which it does not look: they take care themselves. May be NULL. */
	bool (*is_guarded)(struct rule_run *run, const struct py_node *function);
};

/* A function on the way: of one that leads nowhere, steps is 0. */
struct chain {
	const struct py_node *function;
	const struct py_node *inner; /* in its body: the thing itself, or the call that leads on */
	const struct chain *next;    /* what `inner` calls; NULL for the thing itself */
	int grade;
	uint32_t steps; /* functions up to the thing, this one included */
};

/* Where this call, made here and now, leads; NULL when it comes to nothing that is looked for. */
const struct chain *chain_from(
	struct rule_run *run, const struct chain_search *search, const struct py_node *call);
/* The thing at the end. */
const struct py_node *chain_goal(const struct chain *c);
/* "load() -> fetch()": the functions on the way. In the file's arena. */
struct str chain_text(struct rule_run *run, const struct chain *c);
/* Is it a call that finds out whether an event loop runs: get_running_loop(), is_running()…? */
bool asks_for_loop(const struct py_node *n);

#endif
