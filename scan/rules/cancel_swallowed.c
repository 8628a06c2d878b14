/*
 * cancel-swallowed: handlers that catch a cancellation and go on as if nothing had happened.
 *
 * A task is cancelled by an exception thrown into the await it stands at. Whoever asked for it
 * (asyncio.timeout, wait_for, a TaskGroup, shutdown) waits until that exception comes out again.
 */
#include "scan/rules/cancel.h"

#include "scan/base/mem.h"
#include "scan/rules/reap.h"

/* ---- what is caught ---- */

static bool gives_cancellation(struct py_file *f, const struct py_node *n)
{
	return n->kind == PY_Call &&
		py_resolves_to(f, n->u.call.func, "anyio.get_cancelled_exc_class");
}

/*
 * concurrent.futures.CancelledError is missing on purpose: it was the same class before 3.8 and is
 * another one since.
 */
static bool is_cancellation(struct py_file *f, const struct py_node *type)
{
	static const char *const types[] = {"asyncio.CancelledError",
		"asyncio.exceptions.CancelledError", "asyncio.tasks.CancelledError",
		"asyncio.futures.CancelledError", "trio.Cancelled", "BaseException",
		"builtins.BaseException", "BaseExceptionGroup", "builtins.BaseExceptionGroup",
		NULL};
	const struct py_binding *b;

	if (gives_cancellation(f, type) || py_resolves_to_any(f, type, types) >= 0)
		return true;
	if (type->kind != PY_Name)
		return false;
	b = py_only_binding(py_lookup(f, type, type->u.name.id));
	return b && b->kind == PY_BIND_ASSIGN && gives_cancellation(f, b->value);
}

bool catches_cancellation(struct py_file *f, const struct py_node *type)
{
	if (!type)
		return true;
	if (type->kind != PY_Tuple)
		return is_cancellation(f, type);
	for (uint32_t i = 0; i < type->u.sequence.elts.len; i++)
		if (is_cancellation(f, type->u.sequence.elts.items[i]))
			return true;
	return false;
}

/* with CancelScope(shield=True): */
bool is_shielded(const struct py_node *with)
{
	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		const struct py_node *item = with->u.with.items.items[i];
		const struct py_node *call = item->u.withitem.context_expr;

		if (call->kind == PY_Call &&
			py_is_constant(py_keyword(call, "shield"), PY_CONST_TRUE))
			return true;
	}
	return false;
}

/* Cleaning up in a handler that raises at its end, or in a shielded scope. */
static bool is_covered(const struct py_node *n)
{
	bool is_try = n->kind == PY_Try || n->kind == PY_TryStar;
	const struct py_node *first = is_try ? n->u.try_stmt.body.items[0] : NULL;

	if (first && n->u.try_stmt.body.len == 1 && first->kind == PY_With && is_shielded(first))
		return true;
	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent) {
		if (p->kind == PY_ExceptHandler && !py_may_complete(p->u.handler.body))
			return true;
		if ((p->kind == PY_With || p->kind == PY_AsyncWith) && is_shielded(p))
			return true;
	}
	return false;
}

/* What is said of each way to swallow it; the last three are meant, and only worth knowing. */
static const struct {
	enum level level;
	const char *text;
} reports[] = {
	[SWALLOWS_FOR_EVER] = {LEVEL_ERROR,
		"swallows cancellation and the loop goes on: the task cannot be stopped"},
	[SWALLOWS] = {LEVEL_WARNING,
		"swallows cancellation: whoever cancelled the task takes it for done"},
	[SWALLOWS_SOMETIMES] = {LEVEL_INFO,
		"raises the cancellation again only on some ways: on the others the task goes on"},
	[SWALLOWS_TO_TELL] = {LEVEL_INFO,
		"gives the cancellation to somebody else instead of raising it again"},
	[SWALLOWS_AT_END] = {LEVEL_INFO,
		"ends the task without raising the cancellation again: it looks finished, not "
		"cancelled"},
};

static void report(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	enum swallows how, const char *what)
{
	if (how != SWALLOWS_NOT)
		rule_report_level(
			run, rule, reports[how].level, n, "%s %s", what, reports[how].text);
}

static const char *describe(const struct py_node *handler)
{
	return handler->u.handler.type ? "this except" : "a bare except";
}

/* Only the first handler that catches it gets it. */
static void check_try(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	for (uint32_t i = 0; i < n->u.try_stmt.handlers.len; i++) {
		const struct py_node *h = n->u.try_stmt.handlers.items[i];

		if (!catches_cancellation(run->file, h->u.handler.type))
			continue;
		if (!reap_is_reaping(run->file, n->u.try_stmt.body))
			report(run, rule, h, handler_swallows(run->file, h), describe(h));
		return;
	}
}

bool suppresses_cancellation(struct py_file *f, const struct py_node *item)
{
	const struct py_node *call = item->u.withitem.context_expr;

	if (call->kind != PY_Call || !py_resolves_to(f, call->u.call.func, "contextlib.suppress"))
		return false;
	for (uint32_t i = 0; i < call->u.call.args.len; i++)
		if (is_cancellation(f, call->u.call.args.items[i]))
			return true;
	return false;
}

static void check_with(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	for (uint32_t i = 0; i < n->u.with.items.len; i++) {
		if (!suppresses_cancellation(run->file, n->u.with.items.items[i]))
			continue;
		if (!reap_is_reaping(run->file, n->u.with.body) && !is_shielded(n))
			report(run, rule, n, with_swallows(run->file, n), "contextlib.suppress()");
		return;
	}
}

void check_swallowed(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	bool is_try = n->kind == PY_Try || n->kind == PY_TryStar;

	if (is_try && n->u.try_stmt.handlers.len == 0)
		return;
	if (!py_in_async(run->file, n))
		return;
	if (!py_list_has_checkpoint(is_try ? n->u.try_stmt.body : n->u.with.body) || is_covered(n))
		return;
	if (is_try)
		check_try(run, rule, n);
	else
		check_with(run, rule, n);
}
