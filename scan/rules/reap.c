/*
 * Reaping: awaiting a task after cancelling it, and expecting its CancelledError. See reap.h.
 */
#include "scan/rules/reap.h"

#include "scan/rules/idiom.h"

static bool same_text(const struct py_tree *t, const struct py_node *a, const struct py_node *b)
{
	return str_eq(py_text(t, a), py_text(t, b));
}

/* The x of `x.cancel()`, of `assert x.cancelled()` and of helpers like cancel_task(x), or NULL. */
static const struct py_node *cancelled_by(const struct py_node *call)
{
	const struct py_node *func = call->kind == PY_Call ? call->u.call.func : NULL;
	struct str name = func ? idiom_last_name(func) : STR_EMPTY;

	if (str_is(name, "cancel") || str_is(name, "cancelled"))
		return func->kind == PY_Attribute ? func->u.attribute.value : NULL;
	return str_starts(name, "cancel_") ? py_arg(call, 0) : NULL;
}

/* `assert task.cancelled()`, after the await: it was expected. */
static bool is_check(const struct py_node *call)
{
	return str_is(idiom_last_name(call->u.call.func), "cancelled");
}

/* Is there `x.cancel()` in `top` that may have run before `await`: above it in its function, or in
 * another function? x NULL: of anything. */
static bool is_cancelled_in(const struct py_tree *t, const struct py_node *top,
	const struct py_node *x, const struct py_node *await)
{
	const struct py_node *function = py_function_around(await);

	PY_EACH (it, top) {
		const struct py_node *task = cancelled_by(it);

		if (!task || (x && !same_text(t, task, x)))
			continue;
		if (it < await || py_function_around(it) != function || is_check(it))
			return true;
	}
	return false;
}

/* The class or else the outermost function around: where `self.task.cancel()` may stand. */
static const struct py_node *owner_of(const struct py_node *n)
{
	const struct py_node *owner = NULL;

	for (const struct py_node *p = n->parent; p; p = p->parent) {
		if (p->kind == PY_ClassDef)
			return p;
		if (py_is_function(p))
			owner = p;
	}
	return owner;
}

/* `for t in pending: t.cancel()`, before `end`: which tasks those are is not known. */
static bool cancels_in_loop(const struct py_node *function, const struct py_node *end)
{
	PY_EACH (it, function) {
		const struct py_node *task = it < end ? cancelled_by(it) : NULL;
		const struct py_node *loop = task ? py_loop_around(it) : NULL;

		if (loop && loop->kind == PY_For && task->kind == PY_Name &&
			loop->u.loop.target->kind == PY_Name &&
			str_eq(task->u.name.id, loop->u.loop.target->u.name.id))
			return true;
	}
	return false;
}

/* A call that waits for tasks which were made before: not wait_for(queue.get(), 1). */
static bool waits_for_tasks(const struct py_node *call)
{
	static const char *const all[] = {"gather", "wait", NULL};
	static const char *const one[] = {"wait_for", "shield", NULL};
	const struct py_node *arg = py_arg(call, 0);

	while (idiom_is_one_of(idiom_last_name(call->u.call.func), one)) {
		if (!arg || arg->kind != PY_Call)
			return arg != NULL;
		call = arg;
		arg = py_arg(call, 0);
	}
	return idiom_is_one_of(idiom_last_name(call->u.call.func), all);
}

/* Is the task, or one of those in the arguments of gather(), wait() or wait_for(), cancelled? */
static bool awaits_cancelled(
	struct py_file *f, const struct py_node *awaited, const struct py_node *await)
{
	const struct py_node *owner = owner_of(await), *function = py_function_around(await);

	if (!owner || !function)
		return false;
	if (awaited->kind != PY_Call && cancels_in_loop(function, await))
		return true;
	if (awaited->kind != PY_Call)
		return is_cancelled_in(f->tree, owner, awaited, await);
	if (!waits_for_tasks(awaited))
		return false;
	if (is_cancelled_in(f->tree, function, NULL, await))
		return true;
	PY_EACH (it, awaited)
		if ((it->kind == PY_Name || it->kind == PY_Attribute) &&
			is_cancelled_in(f->tree, owner, it, await))
			return true;
	return false;
}

/* async with asyncio.timeout(1): await task */
static bool only_limits(const struct py_node *with)
{
	static const char *const limits[] = {
		"timeout", "timeout_at", "fail_after", "move_on_after", NULL};

	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		const struct py_node *n = with->u.with.items.items[i]->u.withitem.context_expr;

		if (n->kind != PY_Call || !idiom_is_one_of(idiom_last_name(n->u.call.func), limits))
			return false;
	}
	return true;
}

/* Is every checkpoint of the body an await of something that is cancelled? */
bool reap_is_reaping(struct py_file *f, struct py_list body)
{
	bool reaps = false;

	for (uint32_t i = 0; i < body.len; i++) {
		PY_EACH (it, body.items[i]) {
			if (py_is_scope(it)) {
				it = it->end_node - 1;
				continue;
			}
			if (it->kind == PY_AsyncFor ||
				(it->kind == PY_AsyncWith && !only_limits(it)))
				return false;
			if (it->kind != PY_Await)
				continue;
			if (!awaits_cancelled(f, it->u.expr.value, it))
				return false;
			reaps = true;
		}
	}
	return reaps;
}
