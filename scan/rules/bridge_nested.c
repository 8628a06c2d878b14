/*
 * bridge-nested-run: an event loop started where one is running, by the call itself or by sync
 * functions of this file that it calls.
 */
#include "scan/rules/bridge.h"

#include "scan/rules/caught.h"
#include "scan/rules/chain.h"
#include "scan/rules/idiom.h"

/* Does the sync function find out first whether a loop runs? */
static bool is_guarded(const struct py_node *function)
{
	PY_EACH (n, function)
		if (asks_for_loop(n))
			return true;
	return false;
}

static bool list_asks_for_loop(struct py_list body)
{
	for (uint32_t i = 0; i < body.len; i++)
		if (is_guarded(body.items[i]))
			return true;
	return false;
}

/* In an async def a running loop is certain, so only a test of it that surrounds the call counts:
 * `if not loop.is_running():`, or the handler after `try: get_running_loop()`. */
static bool is_guarded_here(const struct py_node *call)
{
	for (const struct py_node *n = call; n && !py_is_function(n); n = n->parent) {
		const struct py_node *p = n->parent;

		if (p && p->kind == PY_If && is_guarded(p->u.cond.test))
			return true;
		if (n->kind == PY_ExceptHandler && p && list_asks_for_loop(p->u.try_stmt.body))
			return true;
	}
	return false;
}

/* Made possible, made sure of, or meant to fail. */
static bool is_allowed(struct py_file *f, const struct py_node *call)
{
	return is_guarded_here(call) || idiom_expects_error(call) ||
		py_calls_anywhere(f, "nest_asyncio.apply");
}

/* ---- through sync functions ---- */

/* `try: asyncio.run(x)` with a handler for everything: a helper that may fail, and knows it. */
static bool is_caught(const struct py_node *call)
{
	for (const struct py_node *n = call, *p = n->parent; !py_is_scope(p); n = p, p = p->parent)
		if (p->kind == PY_Try && caught_by_try(p) && n < p->u.try_stmt.handlers.items[0])
			return true;
	return false;
}

static int grade_call(struct rule_run *run, const struct py_node *call)
{
	return runs_loop(run->file, call) && !idiom_expects_error(call) && !is_caught(call);
}

static bool is_guarded_function(struct rule_run *run, const struct py_node *function)
{
	(void)run;
	return is_guarded(function);
}

static void check_chain(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const struct chain_search search = {
		.grade_call = grade_call, .is_guarded = is_guarded_function};
	const struct chain *chain = chain_from(run, &search, call);

	if (!chain || is_allowed(run->file, call))
		return;
	rule_report(run, rule, call,
		"%.*s -> %.*s() starts an event loop while this one is running, which raises "
		"RuntimeError; make the functions on the way async and await them",
		STR_ARG(chain_text(run, chain)),
		STR_ARG(py_text(run->file->tree, chain_goal(chain)->u.call.func)));
}

void check_nested_run(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;

	if (!py_in_async(f, call))
		return;
	if (!runs_loop(f, call))
		check_chain(run, rule, call);
	else if (!is_allowed(f, call))
		rule_report(run, rule, call,
			"%.*s() in async code raises RuntimeError, as a loop is already running; "
			"await the coroutine instead",
			STR_ARG(py_text(f->tree, call->u.call.func)));
}
