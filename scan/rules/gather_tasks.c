/*
 * The tasks that a gather waits for: were they cancelled, are they asked afterwards, is it only the
 * end of their lives that matters, and can they fail at all?
 */
#include "scan/rules/gather.h"

#include <string.h>

#include "scan/rules/caught.h"
#include "scan/rules/idiom.h"

#define MAX_AWAITED 8 /* coroutines looked at for one that is gathered */

/* ---- the tasks themselves ---- */

static bool is_gathered_name(const struct py_node *gather, struct str id)
{
	for (uint32_t i = 0; i < gather->u.call.args.len; i++) {
		const struct py_node *arg = gather->u.call.args.items[i];

		if (arg->kind == PY_Starred)
			arg = arg->u.expr.value;
		if (arg->kind == PY_Name && str_eq(arg->u.name.id, id))
			return true;
	}
	return false;
}

/* task.add_done_callback(check), but not (tasks.discard). */
static bool adds_callback(const struct py_node *call)
{
	static const char *const bookkeeping[] = {"discard", "remove", "pop", NULL};
	const struct py_node *callback = py_arg(call, 0);

	return callback && str_is(idiom_last_name(call->u.call.func), "add_done_callback") &&
		!idiom_is_one_of(idiom_last_name(callback), bookkeeping);
}

/* Only tasks and futures have result() and exception() without arguments. */
static bool asks_task(const struct py_node *call)
{
	static const char *const methods[] = {"result", "exception", NULL};

	return call->u.call.func->kind == PY_Attribute &&
		call->u.call.args.len + call->u.call.keywords.len == 0 &&
		idiom_is_one_of(call->u.call.func->u.attribute.attr, methods);
}

bool gather_asks_tasks(struct py_file *f, const struct py_node *gather)
{
	PY_EACH (n, idiom_function_or_module(f, gather)) {
		if (n->kind == PY_Call && adds_callback(n))
			return true;
		if (n->start < gather->start)
			continue;
		if (n->kind == PY_Call && asks_task(n))
			return true;
		if (n->kind == PY_Await && n->u.expr.value->kind == PY_Name &&
			is_gathered_name(gather, n->u.expr.value->u.name.id))
			return true;
	}
	return false;
}

/* ---- reaping ---- */

static bool is_cancel(const struct py_node *n)
{
	static const char *const others[] = {"cancelled", "cancelling", NULL};
	struct str name;

	if (n->kind != PY_Call)
		return false;
	name = idiom_last_name(n->u.call.func);
	if (idiom_starts_with_one_of(name, others))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (str_starts(str_drop(name, i), "cancel"))
			return !str_is(name, "uncancel");
	return false;
}

static bool cancels_before(const struct py_node *function, const struct py_node *gather)
{
	PY_EACH (n, function) {
		if (n->start >= gather->start)
			return false;
		if (is_cancel(n))
			return true;
	}
	return false;
}

static bool names_attribute(const struct py_node *top, struct str attr)
{
	PY_EACH (n, top)
		if (n->kind == PY_Attribute && str_eq(n->u.attribute.attr, attr))
			return true;
	return false;
}

/* self.x.cancel(), or a cancel() in a loop over self.x. */
static bool cancels_attribute(const struct py_node *class_def, struct str attr)
{
	PY_EACH (n, class_def) {
		const struct py_node *loop;

		if (!is_cancel(n))
			continue;
		if (names_attribute(n->u.call.func, attr))
			return true;
		loop = py_loop_around(n);
		if (loop && names_attribute(loop, attr))
			return true;
	}
	return false;
}

bool gather_reaps(struct py_file *f, const struct py_node *gather)
{
	const struct py_node *class_def = idiom_class_around(gather);

	if (cancels_before(idiom_function_or_module(f, gather), gather))
		return true;
	for (uint32_t i = 0; class_def && i < gather->u.call.args.len; i++)
		PY_EACH (n, gather->u.call.args.items[i])
			if (n->kind == PY_Attribute && !(n->parent->kind == PY_Call) &&
				cancels_attribute(class_def, n->u.attribute.attr))
				return true;
	return false;
}

/* ---- what is gathered ---- */

/* f(x) in create_task(f(x)). */
static const struct py_node *without_task(const struct py_node *n)
{
	static const char *const makers[] = {"create_task", "ensure_future", "shield", NULL};

	if (n->kind == PY_Call && py_arg(n, 0) &&
		idiom_is_one_of(idiom_last_name(n->u.call.func), makers))
		return py_arg(n, 0);
	return n;
}

/* The only value of a name, else the expression itself. */
static const struct py_node *named_value(struct py_file *f, const struct py_node *n)
{
	const struct py_binding *b;

	if (n->kind != PY_Name)
		return n;
	b = py_only_binding(py_lookup(f, n, n->u.name.id));
	return b && b->kind == PY_BIND_ASSIGN && b->value ? b->value : n;
}

/* What one argument gathers: the call that makes the coroutine. `*[f(x) for x in xs]` is the one
 * f(x); anything else that is starred is unknown, NULL. */
static const struct py_node *gathered_call(struct py_file *f, const struct py_node *arg)
{
	bool starred = arg->kind == PY_Starred;
	const struct py_node *n = named_value(f, starred ? arg->u.expr.value : arg);

	if (starred && n->kind != PY_ListComp && n->kind != PY_GeneratorExp)
		return NULL;
	if (starred)
		n = n->u.comp.elt;
	n = without_task(n);
	return n->kind == PY_Call ? n : NULL;
}

typedef bool call_question(struct py_file *f, const struct py_node *call);

static bool all_gathered(struct py_file *f, const struct py_node *gather, call_question *question)
{
	struct py_list args = gather->u.call.args;

	for (uint32_t i = 0; i < args.len; i++) {
		const struct py_node *call = gathered_call(f, args.items[i]);

		if (!call || !question(f, call))
			return false;
	}
	return args.len > 0;
}

static const char *const endings[] = {"close", "aclose", "stop", "shutdown", "disconnect",
	"cleanup", "clean_up", "terminate", "kill", "teardown", "tear_down", "wait_closed",
	"dispose", "release", "quit", "cancel", "aexit", "exit", "asyncTearDown", "tearDown",
	"finish", "drain", "abort", "wait", "join", "on_cleanup", "on_shutdown", "detach", "adrain",
	NULL};

static bool is_ending_name(struct str name)
{
	while (str_starts(name, "_"))
		name = str_drop(name, 1);
	if (str_starts(name, "async_"))
		name = str_drop(name, strlen("async_"));
	return idiom_starts_with_one_of(name, endings);
}

static bool is_ending_call(struct py_file *f, const struct py_node *call)
{
	(void)f;
	return is_ending_name(idiom_last_name(call->u.call.func));
}

static bool is_in_finally(const struct py_node *n)
{
	for (; n->parent && !py_is_function(n); n = n->parent) {
		const struct py_node *p = n->parent;

		if (p->kind != PY_Try && p->kind != PY_TryStar)
			continue;
		for (uint32_t i = 0; i < p->u.try_stmt.finalbody.len; i++)
			if (p->u.try_stmt.finalbody.items[i] == n)
				return true;
	}
	return false;
}

/* In a handler that raises at its end: what it does before is cleaning up. */
static bool is_in_raising_handler(const struct py_node *n)
{
	for (; n->parent && !py_is_function(n); n = n->parent)
		if (n->kind == PY_ExceptHandler && !py_may_complete(n->u.handler.body))
			return true;
	return false;
}

bool gather_cleans_up(struct py_file *f, const struct py_node *gather)
{
	const struct py_node *function = py_function_around(gather);

	if (is_in_finally(gather) || is_in_raising_handler(gather) ||
		all_gathered(f, gather, is_ending_call))
		return true;
	return function && is_ending_name(function->u.function.name);
}

/* ---- coroutines that keep their exceptions ---- */

/* Does this stand in a try that lets no exception out? What its handlers and its finally do counts
 * as caught: they are there to tell others. */
static bool is_caught(const struct py_node *n, const struct py_node *function)
{
	for (; n != function; n = n->parent)
		if (n->kind == PY_Try && caught_by_try(n))
			return true;
	return false;
}

/* Taking a lock or semaphore does not fail. */
static bool takes_lock(const struct py_node *with)
{
	static const char *const parts[] = {"lock", "sem", "limit", NULL};

	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		struct str name =
			idiom_last_name(with->u.with.items.items[i]->u.withitem.context_expr);
		bool is_lock = false;

		for (size_t at = 0; at < name.len && !is_lock; at++)
			is_lock = idiom_starts_with_one_of(str_drop(name, at), parts);
		if (!is_lock)
			return false;
	}
	return true;
}

/* The coroutines that the one in question awaits, to look at in turn. */
struct awaited {
	const struct py_node *defs[MAX_AWAITED];
	uint32_t count;
};

static bool add_awaited(struct awaited *a, const struct py_node *def)
{
	if (!def || def->kind != PY_AsyncFunctionDef)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (a->defs[i] == def)
			return true;
	if (a->count == MAX_AWAITED)
		return false;
	a->defs[a->count++] = def;
	return true;
}

/* May this node let an exception out of the coroutine? */
static bool may_fail(struct py_file *f, struct awaited *a, const struct py_node *n)
{
	const struct py_node *value;

	switch (n->kind) {
	case PY_Raise:
	case PY_AsyncFor:
		return true;
	case PY_AsyncWith:
		return !takes_lock(n);
	case PY_Await:
		value = n->u.expr.value;
		return value->kind != PY_Call || !add_awaited(a, py_callee(f, value->u.call.func));
	default:
		return false;
	}
}

static bool never_fails(struct py_file *f, const struct py_node *call)
{
	struct awaited a = {.count = 0};
	bool catches = false;

	if (!add_awaited(&a, py_callee(f, call->u.call.func)))
		return false;
	for (uint32_t i = 0; i < a.count; i++)
		PY_EACH (n, a.defs[i]) {
			catches |= n->kind == PY_Try;
			if (!is_caught(n, a.defs[i]) && may_fail(f, &a, n))
				return false;
		}
	return catches;
}

bool gather_never_fails(struct py_file *f, const struct py_node *gather)
{
	return all_gathered(f, gather, never_fails);
}
