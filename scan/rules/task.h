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

rule_check check_task_dropped, check_task_unawaited, check_task_abandoned, check_task_twice,
	check_task_cached, check_task_serialised, check_scope_yield, check_scope_empty,
	check_async_needless;

#endif
