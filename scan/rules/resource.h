/*
 * Private to the resource family: what makes a resource, what closes it, and the callbacks.
 *
 * What counts as a resource is data (data/resources.tsv): the factory; whether the call itself
 * makes the resource (new, or lazy: it connects when it is first used) or only awaiting it (await);
 * which item of the result it is; what closes it, the usual way first; the keyword that lends it
 * what somebody else owns; whether it is meant to be kept and used again (it pools connections);
 * what to call it.
 */
#ifndef LAPSE_RULES_RESOURCE_H
#define LAPSE_RULES_RESOURCE_H

#include "scan/rules/rule.h"

enum resource_column {
	RESOURCE_FACTORY,
	RESOURCE_HOW,
	RESOURCE_ITEM,
	RESOURCE_CLOSERS,
	RESOURCE_LENDER,
	RESOURCE_POOLS,
	RESOURCE_WHAT
};

/* ---- resource_kind.c ---- */

/* The table's row of what the call makes, NULL for none; every candidate must be a resource. */
const char *const *resource_of(struct py_file *f, const struct py_node *call);
/* The expression that is the resource: the call, or the await around it. NULL: not awaited, so
 * there is none yet. */
const struct py_node *resource_value(
	struct py_file *f, const struct py_node *call, const char *const *row);
/* Is it made of something that somebody else owns, or that needs no closing? */
bool resource_has_lender(const struct py_node *call, const char *const *row);
/* Methods that end any kind of resource, NULL-terminated. */
extern const char *const resource_closers[];
/* The usual way to close it, for messages: "close". */
struct str resource_usual_closer(const char *const *row);
/* nats connections drain; writers drain without closing: so drain stands in the rows. */
bool resource_drains(const char *const *row);
/* The item of a target that gets the resource, `reader, writer = …`; the target itself when the
 * result is one thing; NULL for none. */
const struct py_node *resource_target(const struct py_node *target, const char *const *row);
/* The local variable of a function that the resource is bound to and that nothing closes behind the
 * function's back: it does not escape, is in no `with` and in no `del`. NULL for none. */
struct py_binding *resource_local(struct py_file *f, const struct py_node *target);

/* ---- callbacks: resource_*.c ---- */

rule_check check_unclosed, check_unprotected, check_per_request, check_response, check_writer;

#endif
