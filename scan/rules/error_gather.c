/*
 * gather(..., return_exceptions=True): results that nobody tests, and handlers around it that can
 * never run.
 */
#include "scan/rules/error.h"
#include "scan/rules/gather.h"
#include "scan/rules/idiom.h"

#define MAX_WRAPPERS 3 /* await wait_for(shield(gather(…))) */

static bool is_await(const struct py_node *n)
{
	return n->kind == PY_Await || n->kind == PY_YieldFrom;
}

/* `pending = gather(…)` and later, once, `await pending`: that Await. */
static const struct py_node *awaited_later(struct py_file *f, const struct py_node *assign)
{
	const struct py_node *target = assign->u.assign.targets.items[0], *await = NULL;
	const struct py_binding *b;
	struct py_uses uses;

	if (assign->u.assign.targets.len != 1 || target->kind != PY_Name)
		return NULL;
	b = py_only_binding(py_lookup(f, target, target->u.name.id));
	if (!b || b->node != target)
		return NULL;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++) {
		if (uses.items[i] == target)
			continue;
		if (await || !is_await(uses.items[i]->parent))
			return NULL;
		await = uses.items[i]->parent;
	}
	return await;
}

/* The await that gives the results of this gather, through wait_for and shield; NULL for none. */
static const struct py_node *await_of(struct py_file *f, const struct py_node *gather)
{
	static const char *const wrappers[] = {
		"asyncio.wait_for", "asyncio.shield", "async_timeout.wait_for", NULL};
	const struct py_node *n = gather;

	for (int i = 0; i < MAX_WRAPPERS; i++) {
		const struct py_node *p = n->parent;

		if (is_await(p))
			return p;
		if (p->kind == PY_Assign && n == gather)
			return awaited_later(f, p);
		if (p->kind != PY_Call || py_arg(p, 0) != n ||
			py_resolves_to_any(f, p->u.call.func, wrappers) < 0)
			return NULL;
		n = p;
	}
	return NULL;
}

static bool returns_exceptions(struct py_file *f, const struct py_node *call)
{
	static const char *const gathers[] = {"asyncio.gather", "asyncio.tasks.gather", NULL};
	const struct py_node *flag = py_keyword(call, "return_exceptions");

	return flag && py_is_constant(flag, PY_CONST_TRUE) &&
		py_resolves_to_any(f, call->u.call.func, gathers) >= 0;
}

void check_gather_ignored(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct py_file *f = run->file;
	const struct py_node *awaited;
	enum gather_fate fate;

	if (!returns_exceptions(f, n))
		return;
	awaited = await_of(f, n);
	if (!awaited || gather_reaps(f, n) || gather_asks_tasks(f, n) || gather_never_fails(f, n))
		return;
	fate = gather_fate(f, awaited);
	if (fate == GATHER_DISCARDED)
		rule_report_level(run, rule, gather_cleans_up(f, n) ? LEVEL_INFO : rule->level, n,
			"gather(return_exceptions=True) turns every exception into a result, and "
			"the "
			"results are thrown away: failures leave no trace");
	else if (fate == GATHER_UNTESTED)
		rule_report(run, rule, n,
			"the results of gather(return_exceptions=True) may be exceptions and are "
			"used "
			"without an isinstance() test");
}

/* ---- handlers that can never run ---- */

/* Exceptions that looking up a name, an attribute or calling with wrong arguments may raise. */
static bool is_raised_by_arguments(struct str name)
{
	static const char *const names[] = {"AttributeError", "NameError", "TypeError",
		"ValueError", "LookupError", "KeyError", "IndexError", "RuntimeError",
		"UnboundLocalError", NULL};

	return idiom_is_one_of(name, names);
}

/* What gather() itself lets through: cancellation and what ends the program. */
static bool is_passed_on(struct str name)
{
	static const char *const ends[] = {"BaseException", "BaseExceptionGroup", "Cancelled",
		"CancelledError", "Cancellation", "Interrupt", "Exit", NULL};

	for (const char *const *end = ends; *end; end++)
		if (str_ends(name, *end))
			return true;
	return false;
}

static bool is_never_raised_type(const struct py_node *type)
{
	struct str name;

	if (type->kind != PY_Name && type->kind != PY_Attribute)
		return false;
	name = idiom_last_name(type);
	return !is_passed_on(name) && !is_raised_by_arguments(name) &&
		(str_ends(name, "Error") || str_ends(name, "Exception") ||
			str_ends(name, "ExceptionGroup") || str_ends(name, "Timeout"));
}

static bool never_runs(const struct py_node *handler)
{
	const struct py_node *type = handler->u.handler.type;

	if (!type)
		return false;
	if (type->kind != PY_Tuple)
		return is_never_raised_type(type);
	for (uint32_t i = 0; i < type->u.sequence.elts.len; i++)
		if (!is_never_raised_type(type->u.sequence.elts.items[i]))
			return false;
	return type->u.sequence.elts.len > 0;
}

/* Calls that raise before there is anything to await. */
static bool may_raise_at_once(const struct py_node *func)
{
	static const char *const names[] = {"run_in_executor", "submit", "get_running_loop",
		"run_coroutine_threadsafe", "start_soon", "open", "get_event_loop", NULL};

	return idiom_is_one_of(idiom_last_name(func), names);
}

static bool makes_task(const struct py_node *call)
{
	static const char *const names[] = {
		"create_task", "ensure_future", "shield", "wait_for", NULL};

	return idiom_is_one_of(idiom_last_name(call->u.call.func), names);
}

/* The call whose result gather awaits: an argument, the element of a starred comprehension, or
 * inside create_task(…) there. Calls of coroutine functions raise nothing. */
static bool is_awaited_by(const struct py_node *call, const struct py_node *gather)
{
	const struct py_node *p = call->parent;

	if (p->kind == PY_Call && p != gather && py_arg(p, 0) == call && makes_task(p))
		p = p->parent;
	if (p->kind == PY_ListComp || p->kind == PY_SetComp || p->kind == PY_GeneratorExp)
		return p->u.comp.elt->end_node > call && p->u.comp.elt <= call &&
			p->parent->kind == PY_Starred && p->parent->parent == gather;
	return p == gather;
}

/* *map(send, users) */
static bool is_starred_map(const struct py_node *call, const struct py_node *gather)
{
	return py_is_name(call->u.call.func, "map") && call->parent->kind == PY_Starred &&
		call->parent->parent == gather;
}

static bool may_raise(const struct py_node *n, const struct py_node *gather)
{
	switch (n->kind) {
	case PY_Call:
		return may_raise_at_once(n->u.call.func) ||
			(!is_awaited_by(n, gather) && !is_starred_map(n, gather));
	case PY_Subscript:
	case PY_BinOp:
	case PY_Compare:
	case PY_Await:
	case PY_Yield:
	case PY_JoinedStr:
		return true;
	case PY_comprehension:
		return n->is_async || n->u.comprehension.target->kind != PY_Name;
	default:
		return false;
	}
}

static bool arguments_may_raise(const struct py_node *gather)
{
	for (const struct py_node *n = gather + 1; n < gather->end_node; n++)
		if (may_raise(n, gather))
			return true;
	return false;
}

/* `r = await x`, `await x`, `return await x`, alone in a try: the await, or NULL. */
static const struct py_node *only_await(const struct py_node *stmt)
{
	const struct py_node *value = NULL;

	if (stmt->kind == PY_Expr || stmt->kind == PY_Return)
		value = stmt->u.expr.value;
	else if (stmt->kind == PY_Assign && stmt->u.assign.targets.len == 1 &&
		stmt->u.assign.targets.items[0]->kind == PY_Name)
		value = stmt->u.assign.value;
	return value && value->kind == PY_Await ? value->u.expr.value : NULL;
}

void check_gather_handler(
	struct rule_run *run, const struct rule *rule, const struct py_node *try_stmt)
{
	struct py_list body = try_stmt->u.try_stmt.body;
	struct py_list handlers = try_stmt->u.try_stmt.handlers;
	const struct py_node *gather = body.len == 1 ? only_await(body.items[0]) : NULL;

	if (!gather || gather->kind != PY_Call || handlers.len == 0 ||
		!returns_exceptions(run->file, gather) || arguments_may_raise(gather))
		return;
	for (uint32_t i = 0; i < handlers.len; i++)
		if (never_runs(handlers.items[i]))
			rule_report(run, rule, handlers.items[i],
				"this handler never runs: gather(return_exceptions=True) returns "
				"exceptions instead of raising them");
}
