/*
 * blocking-wait: waiting in async code for other threads and processes. Calls stand in the
 * catalogue; a `with` that takes a thread lock or leaves an executor stands here. A thread lock
 * that is held across an await is lock-across-await's.
 */
#include "scan/rules/blocking.h"

#include "scan/rules/idiom.h"
#include "scan/rules/lock.h"

/* ---- locks ---- */

/* Does the body wait for something, the lock's own condition for one? That is told. */
static bool body_waits(struct rule_run *run, const struct rule *rule, const struct py_node *with)
{
	PY_EACH (n, with) {
		const struct blocking_call *row = catalogue_blocking(run, n);

		if (row && has_kind(rule, row))
			return true;
	}
	return false;
}

static void check_lock(struct rule_run *run, const struct rule *rule, const struct py_node *with)
{
	struct lock lock;

	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		if (!lock_item(run->file, with, i, &lock) || !(lock.traits & LOCK_THREAD) ||
			lock.expr->kind == PY_Call)
			continue;
		if (py_list_has_checkpoint(with->u.with.body) || body_waits(run, rule, with))
			return;
		rule_report_level(run, rule, LEVEL_INFO, with,
			"%.*s, a %.*s, blocks the event loop while another thread holds it; keep "
			"what it protects short",
			STR_ARG(py_text(run->file->tree, lock.expr)), STR_ARG(lock.type));
		return;
	}
}

/* ---- executors ---- */

static bool makes_executor(struct py_file *f, const struct py_node *item)
{
	static const char *const names[] = {"concurrent.futures.ThreadPoolExecutor",
		"concurrent.futures.ProcessPoolExecutor",
		"concurrent.futures.InterpreterPoolExecutor", NULL};
	const struct py_node *e = item->u.withitem.context_expr;

	return e->kind == PY_Call && py_resolves_to_any(f, e->u.call.func, names) >= 0;
}

/* Is work given to the executor that the async code does not await? Work that goes through
 * run_in_executor or wrap_future is awaited before the end of the body. */
static bool leaves_work(const struct py_node *with, struct str executor)
{
	static const char *const gives[] = {"submit", "map", NULL};
	static const char *const awaits[] = {"wrap_future", NULL};
	bool gives_work = false;

	PY_EACH (n, with) {
		if (n->kind != PY_Call)
			continue;
		if (idiom_is_one_of(idiom_last_name(n->u.call.func), awaits))
			return false;
		if (n->u.call.func->kind == PY_Attribute &&
			idiom_is_one_of(n->u.call.func->u.attribute.attr, gives) &&
			str_eq(idiom_last_name(n->u.call.func->u.attribute.value), executor))
			gives_work = true;
	}
	return gives_work;
}

static void check_executor(
	struct rule_run *run, const struct rule *rule, const struct py_node *with)
{
	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		const struct py_node *item = with->u.with.items.items[i];

		if (!item->u.withitem.optional_vars || !makes_executor(run->file, item) ||
			!leaves_work(with, idiom_last_name(item->u.withitem.optional_vars)) ||
			body_waits(run, rule, with))
			continue;
		rule_report(run, rule, with,
			"leaving this `with` waits for the executor's work and blocks the event "
			"loop; await loop.run_in_executor() for each piece of it");
		return;
	}
}

/* ---- the callback ---- */

static void check_call(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct blocking_call *row = catalogue_blocking(run, call);

	if (!row || !has_kind(rule, row) ||
		(str_ends(str_from(row->name), ".acquire") &&
			lock_held_across_await(run->file, call)))
		return;
	check_blocking_call(run, rule, call);
}

void check_blocking_wait(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (n->kind == PY_Call) {
		check_call(run, rule, n);
	} else if (py_in_async(run->file, n)) {
		check_lock(run, rule, n);
		check_executor(run, rule, n);
	}
}
