/*
 * cancel-finally-exit and cancel-cleanup: what a finally must not do when the task is cancelled.
 */
#include "scan/rules/cancel.h"

#include "scan/base/mem.h"
#include "scan/rules/idiom.h"

static bool is_try(const struct py_node *n)
{
	return n->kind == PY_Try || n->kind == PY_TryStar;
}

static bool is_in_list(struct py_list list, const struct py_node *n)
{
	return list.len && n >= list.items[0] && n < list.items[list.len - 1]->end_node;
}

/* Can a cancellation arrive before the finally: in the body, a handler, or else? */
static bool may_be_cancelled(const struct py_node *t)
{
	if (py_list_has_checkpoint(t->u.try_stmt.body) ||
		py_list_has_checkpoint(t->u.try_stmt.orelse))
		return true;
	for (uint32_t i = 0; i < t->u.try_stmt.handlers.len; i++)
		if (py_list_has_checkpoint(t->u.try_stmt.handlers.items[i]->u.handler.body))
			return true;
	return false;
}

/* ---- cancel-finally-exit ---- */

/* Does this statement leave the finally of `t`, and no finally further in? */
static bool leaves(const struct py_node *n, const struct py_node *t)
{
	const struct py_node *loop;

	if (n->kind != PY_Return && n->kind != PY_Break && n->kind != PY_Continue)
		return false;
	for (const struct py_node *p = n->parent; p != t; p = p->parent)
		if (is_try(p) && is_in_list(p->u.try_stmt.finalbody, n))
			return false;
	loop = n->kind == PY_Return ? NULL : py_loop_around(n);
	return !loop || !is_in_list(t->u.try_stmt.finalbody, loop);
}

static const char *exit_name(const struct py_node *n)
{
	return n->kind == PY_Return ? "return" : n->kind == PY_Break ? "break" : "continue";
}

void check_finally_exit(struct rule_run *run, const struct rule *rule, const struct py_node *t)
{
	struct py_list last = t->u.try_stmt.finalbody;

	if (!last.len || !py_in_async(run->file, t) || !may_be_cancelled(t))
		return;
	for (uint32_t i = 0; i < last.len; i++) {
		PY_EACH (it, last.items[i]) {
			if (py_is_scope(it))
				it = it->end_node - 1;
			else if (leaves(it, t))
				rule_report(run, rule, it,
					"`%s` in finally throws away the exception on its way, "
					"CancelledError too",
					exit_name(it));
		}
	}
}

/* ---- cancel-cleanup ---- */

/* Threads, files and processes of anyio are used by programs of asyncio as well. */
static bool is_helper(struct str name)
{
	static const char *const helpers[] = {"anyio.to_thread", "anyio.from_thread.run",
		"anyio.to_process", "anyio.open_file", "anyio.Path", "anyio.AsyncFile",
		"anyio.run_process", "anyio.open_process", "anyio.Event", NULL};

	return idiom_starts_with_one_of(name, helpers);
}

static bool is_of_scopes(struct str name)
{
	return str_starts(name, "trio.") || (str_starts(name, "anyio.") && !is_helper(name));
}

static bool names_asyncio(struct str name)
{
	return str_starts(name, "asyncio.");
}

/* Does the code name anything for which `check` holds, annotations included? */
static bool names_any(struct py_file *f, const struct py_node *top, bool (*check)(struct str name))
{
	PY_EACH (it, top) {
		const struct py_node *whole = it;
		struct py_names names;

		if (it->kind != PY_Name || it->op != PY_LOAD)
			continue;
		while (whole->parent->kind == PY_Attribute)
			whole = whole->parent;
		names = py_resolve(f, whole);
		for (uint32_t i = 0; i < names.len; i++)
			if (check(names.items[i]))
				return true;
	}
	return false;
}

/* Is this code cancelled as trio and anyio do it: again at every await? In a file that imports
 * asyncio too only where the function itself shows it. */
static bool is_level_cancelled(struct py_file *f, const struct py_node *n)
{
	const struct py_node *function = py_function_around(n);

	if (!py_imports(f, "asyncio"))
		return names_any(f, f->tree->root, is_of_scopes) ||
			!names_any(f, f->tree->root, is_helper);
	return names_any(f, function, is_of_scopes) && !names_any(f, function, names_asyncio);
}

/* `with move_on_after(5, shield=True)`, `with CancelScope() as s: s.shield = True`. */
static bool has_shield(const struct py_node *top)
{
	PY_EACH (it, top) {
		if (it->kind == PY_keyword && str_is(it->u.keyword.arg, "shield") &&
			!py_is_constant(it->u.keyword.value, PY_CONST_FALSE))
			return true;
		if (it->kind == PY_Attribute && it->op == PY_STORE &&
			str_is(it->u.attribute.attr, "shield"))
			return true;
	}
	return false;
}

/* A release() of a lock: a coroutine in old anyio, and one that does not wait. */
static bool is_lock_name(struct str name)
{
	static const char *const names[] = {
		"lock", "mutex", "sem", "semaphore", "condition", "cond", "limiter", NULL};

	for (const char *const *n = names; *n; n++)
		if (str_ends(name, *n))
			return true;
	return false;
}

/*
 * Calls that do their work even when cancelled, or that are only there to be cancelled. cancel(),
 * set() and notify() were coroutines in old anyio and did not wait either.
 */
static bool is_safe_callee(const struct py_node *func)
{
	static const char *const names[] = {"aclose", "aclose_forcefully", "cancel",
		"cancel_shielded_checkpoint", "checkpoint", "checkpoint_if_cancelled", "notify",
		"notify_all", "set", "sleep", "sleep_forever", NULL};
	struct str name = idiom_last_name(func);

	if (str_is(name, "release") && func->kind == PY_Attribute)
		return is_lock_name(idiom_last_name(func->u.attribute.value));
	return idiom_is_one_of(name, names) || str_starts(name, "__aexit");
}

/* Does a function of this file only wait in such calls, or shield itself? */
static bool is_safe_function(const struct py_node *def)
{
	if (has_shield(def))
		return true;
	PY_EACH (it, def) {
		if (it != def && py_is_scope(it)) {
			it = it->end_node - 1;
			continue;
		}
		if (it->kind == PY_AsyncFor || it->kind == PY_AsyncWith)
			return false;
		if (it->kind == PY_Await &&
			(it->u.expr.value->kind != PY_Call ||
				!is_safe_callee(it->u.expr.value->u.call.func)))
			return false;
	}
	return true;
}

static bool is_safe_call(struct py_file *f, const struct py_node *call)
{
	const struct py_node *def;

	if (!call || call->kind != PY_Call)
		return false;
	if (is_safe_callee(call->u.call.func))
		return true;
	def = py_callee(f, call->u.call.func);
	return def && is_safe_function(def);
}

/* aclosing(x) and the like: leaving it is an aclose(). */
static bool is_safe_with(struct py_file *f, const struct py_node *with)
{
	for (uint32_t i = 0; i < with->u.with.items.len; i++)
		if (!is_safe_call(f, with->u.with.items.items[i]->u.withitem.context_expr))
			return false;
	return true;
}

static bool waits_unshielded(struct py_file *f, const struct py_node *n)
{
	switch (n->kind) {
	case PY_Await:
		return !is_safe_call(f, n->u.expr.value);
	case PY_AsyncWith:
		return !is_safe_with(f, n);
	case PY_AsyncFor:
		return true;
	default:
		return false;
	}
}

/* Shielded, or its cancellation is expected: `with suppress(trio.Cancelled): await x`. */
static bool is_prepared(struct py_file *f, const struct py_node *n)
{
	if (is_try(n)) {
		for (uint32_t i = 0; i < n->u.try_stmt.handlers.len; i++)
			if (catches_cancellation(
				    f, n->u.try_stmt.handlers.items[i]->u.handler.type))
				return true;
		return false;
	}
	if (n->kind != PY_With && n->kind != PY_AsyncWith)
		return false;
	for (uint32_t i = 0; i < n->u.with.items.len; i++)
		if (suppresses_cancellation(f, n->u.with.items.items[i]))
			return true;
	return has_shield(n);
}

/* The first wait of the list that a cancelled scope cuts short, or NULL. */
static const struct py_node *unshielded_wait(struct py_file *f, struct py_list body)
{
	for (uint32_t i = 0; i < body.len; i++) {
		PY_EACH (it, body.items[i]) {
			if (py_is_scope(it) || is_prepared(f, it))
				it = it->end_node - 1;
			else if (waits_unshielded(f, it))
				return it;
		}
	}
	return NULL;
}

static bool is_in_shield(const struct py_node *n)
{
	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent)
		if ((p->kind == PY_With || p->kind == PY_AsyncWith) && has_shield(p))
			return true;
	return false;
}

static void report_wait(
	struct rule_run *run, const struct rule *rule, struct py_list body, const char *where)
{
	const struct py_node *wait = unshielded_wait(run->file, body);

	if (wait && is_level_cancelled(run->file, wait))
		rule_report(run, rule, wait,
			"when the scope is cancelled, this wait in %s is cancelled at once; shield "
			"it",
			where);
}

/* asyncio.CancelledError by name: the task was cancelled, once, not the scope. */
static bool is_asyncios(struct py_file *f, const struct py_node *type)
{
	return type && str_is(idiom_last_name(type), "CancelledError") &&
		!py_resolves_to(f, type, "trio.Cancelled");
}

void check_cleanup(struct rule_run *run, const struct rule *rule, const struct py_node *t)
{
	struct py_list handlers = t->u.try_stmt.handlers;

	if (!(py_imports(run->file, "trio") || py_imports(run->file, "anyio")) ||
		!py_in_async(run->file, t) || !py_list_has_checkpoint(t->u.try_stmt.body) ||
		is_in_shield(t))
		return;
	report_wait(run, rule, t->u.try_stmt.finalbody, "`finally`");
	for (uint32_t i = 0; i < handlers.len; i++) {
		const struct py_node *h = handlers.items[i];

		if (!catches_cancellation(run->file, h->u.handler.type))
			continue;
		if (!is_asyncios(run->file, h->u.handler.type))
			report_wait(
				run, rule, h->u.handler.body, "the handler of the cancellation");
		return;
	}
}
