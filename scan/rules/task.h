/*
 * Private to the task family: what its callbacks share, and the callbacks themselves.
 */
#ifndef LAPSE_RULES_TASK_H
#define LAPSE_RULES_TASK_H

#include "scan/rules/rule.h"

/* Does this call make an asyncio task that only its result keeps alive? *level says how sure that
 * is: a warning when only the name of the loop tells. */
bool task_is_made(struct py_file *f, const struct py_node *call, enum level *level);
/* Does calling this give a coroutine: an `async def` of the file, a catalogued one? */
bool task_is_coroutine_function(struct py_file *f, const struct py_node *func);
/* gather() and shield() are catalogued too, but they start their work at once and give a future. */
bool task_gives_future(struct py_file *f, const struct py_node *func);

/* ---- task_order.c: which statement may run after which, in one function ---- */

/* May control come from `a` to the later `b`, which both stand in the same function? Only what is
 * written down counts: of exceptions, that of a try's one statement. False when unsure. */
bool task_is_followed_by(const struct py_node *a, const struct py_node *b);
/* Does every turn of `loop`, the innermost around `a`, pass `a`, and may another turn follow it? */
bool task_is_repeated(const struct py_node *a, const struct py_node *loop);
/* Do `a` and `b` stand in branches of which only one runs: body and orelse of an if, two handlers,
 * two cases, handler and else? */
bool task_are_exclusive(const struct py_node *a, const struct py_node *b);
/* The innermost if or case between n and `top` on whose test it depends that n runs, or NULL. */
const struct py_node *task_condition_of(const struct py_node *n, const struct py_node *top);
/* The list of `parent` that directly holds `stmt`; empty for none. */
struct py_list task_list_of(const struct py_node *parent, const struct py_node *stmt);

rule_check check_task_dropped, check_task_unawaited, check_task_abandoned, check_task_twice,
	check_task_cached, check_task_serialised, check_scope_yield, check_scope_empty,
	check_async_needless;

#endif
