/*
 * The part of timeout-missing that is only worth knowing: a request handler that waits for another
 * task or a peer without a limit. Its client gives up long before; the handler stays.
 */
#include "scan/rules/timeout.h"

#include "scan/rules/handler.h"
#include "scan/rules/idiom.h"

static bool is_limited(const struct py_node *n)
{
	static const char *const limits[] = {"timeout", "timeout_at", "fail_after", "fail_at",
		"move_on_after", "move_on_at", NULL};

	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent) {
		if (p->kind != PY_With && p->kind != PY_AsyncWith)
			continue;
		for (uint32_t i = 0; i < p->u.with.items.len; i++) {
			const struct py_node *e = p->u.with.items.items[i]->u.withitem.context_expr;

			if (e->kind == PY_Call &&
				idiom_is_one_of(idiom_last_name(e->u.call.func), limits))
				return true;
		}
	}
	return false;
}

void check_handler_wait(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const last_names[] = {"open_connection", "get", "wait", NULL};
	static const char *const waits[] = {
		"asyncio.open_connection", "asyncio.Queue.get", "asyncio.Event.wait", NULL};
	const struct py_node *func = call->u.call.func, *function;
	int which;

	if (!idiom_is_one_of(idiom_last_name(func), last_names) || !py_in_async(run->file, call))
		return;
	function = py_function_around(call);
	which = py_resolves_to_any(run->file, func, waits);
	if (which < 0 || !function || is_limited(call) ||
		!handler_of_request(run->file, function, HANDLER_HTTP))
		return;
	rule_report_level(run, rule, LEVEL_INFO, call,
		"`%s` in a request handler waits without a limit", waits[which]);
}
