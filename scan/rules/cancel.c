/*
 * Cancellation: handlers that catch it and go on as if nothing had happened.
 *
 * A task is cancelled by an exception thrown into the await it stands at. Whoever asked for it
 * (asyncio.timeout, wait_for, a TaskGroup, shutdown) waits until that exception comes out again.
 */
#include "scan/rules/rule.h"

#include "scan/base/mem.h"

/* ---- what is caught ---- */

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
	static const char *const getters[] = {"anyio.get_cancelled_exc_class", NULL};

	if (type->kind == PY_Call)
		return py_resolves_to_any(f, type->u.call.func, getters) >= 0;
	return py_resolves_to_any(f, type, types) >= 0;
}

static bool catches_cancellation(struct py_file *f, const struct py_node *type)
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

/* ---- reaping: awaiting a task that was cancelled just before ---- */

static bool same_text(const struct py_tree *t, const struct py_node *a, const struct py_node *b)
{
	return str_eq(py_text(t, a), py_text(t, b));
}

/* The x of `x.cancel()`, or NULL. */
static const struct py_node *cancelled_by(const struct py_node *call)
{
	const struct py_node *func = call->kind == PY_Call ? call->u.call.func : NULL;

	if (!func || func->kind != PY_Attribute || !str_is(func->u.attribute.attr, "cancel"))
		return NULL;
	return func->u.attribute.value;
}

/* Is there `x.cancel()` in `top`, before `end`? x NULL: of anything. */
static bool is_cancelled_in(const struct py_tree *t, const struct py_node *top,
	const struct py_node *x, const struct py_node *end)
{
	PY_EACH(it, top)
	{
		const struct py_node *task = it < end ? cancelled_by(it) : NULL;

		if (task && (!x || same_text(t, task, x)))
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

/* Is the task, or one of those in the arguments of gather(), wait() or wait_for(), cancelled? */
static bool awaits_cancelled(
	struct py_file *f, const struct py_node *awaited, const struct py_node *await)
{
	const struct py_node *owner = owner_of(await), *function = py_function_around(await);

	if (!owner || !function)
		return false;
	if (awaited->kind != PY_Call)
		return is_cancelled_in(f->tree, owner, awaited, owner->end_node);
	if (is_cancelled_in(f->tree, function, NULL, await))
		return true;
	PY_EACH(it, awaited)
	if ((it->kind == PY_Name || it->kind == PY_Attribute) &&
		is_cancelled_in(f->tree, owner, it, owner->end_node))
		return true;
	return false;
}

/* Is every checkpoint of the body an await of something that is cancelled? */
static bool is_reaping(struct py_file *f, struct py_list body)
{
	bool reaps = false;

	for (uint32_t i = 0; i < body.len; i++) {
		PY_EACH(it, body.items[i])
		{
			if (py_is_scope(it)) {
				it = it->end_node - 1;
				continue;
			}
			if (it->kind == PY_AsyncFor || it->kind == PY_AsyncWith)
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

/* ---- what the handler does ---- */

/* Does the handler ask who was cancelled: .cancelled(), .cancelling(), .uncancel()? */
static bool asks_who(struct py_list body)
{
	static const char *const methods[] = {"cancelled", "cancelling", "uncancel"};

	for (uint32_t i = 0; i < body.len; i++) {
		PY_EACH(it, body.items[i])
		{
			if (it->kind != PY_Attribute)
				continue;
			for (size_t m = 0; m < ARRAY_LEN(methods); m++)
				if (str_is(it->u.attribute.attr, methods[m]))
					return true;
		}
	}
	return false;
}

static void report(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	struct py_list body, const char *what)
{
	bool endless = py_endless_loop_around(n) && py_may_go_on(body);

	rule_report_level(run, rule, endless ? LEVEL_ERROR : LEVEL_WARNING, n,
		endless ? "%s swallows cancellation and the loop goes on: the task cannot be "
			  "stopped"
			: "%s swallows cancellation: whoever cancelled the task takes it for done",
		what);
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
		struct py_list body = h->u.handler.body;

		if (!catches_cancellation(run->file, h->u.handler.type))
			continue;
		if (py_may_complete(body) && !asks_who(body) &&
			!is_reaping(run->file, n->u.try_stmt.body))
			report(run, rule, h, body, describe(h));
		return;
	}
}

static bool suppresses_cancellation(struct py_file *f, const struct py_node *item)
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
	static const struct py_list nothing = {0};

	for (uint32_t i = 0; i < n->u.with.items.len; i++) {
		if (!suppresses_cancellation(run->file, n->u.with.items.items[i]))
			continue;
		if (!is_reaping(run->file, n->u.with.body))
			report(run, rule, n, nothing, "contextlib.suppress()");
		return;
	}
}

static void check_swallowed(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	bool is_try = n->kind == PY_Try || n->kind == PY_TryStar;

	if (is_try && n->u.try_stmt.handlers.len == 0)
		return;
	if (!py_in_async(run->file, n))
		return;
	if (!py_list_has_checkpoint(is_try ? n->u.try_stmt.body : n->u.with.body))
		return;
	if (is_try)
		check_try(run, rule, n);
	else
		check_with(run, rule, n);
}

static const struct rule rules[] = {
	{
		.id = "cancel-swallowed",
		.level = LEVEL_WARNING,
		.title = "Cancellation is caught and not raised again",
		.why = "Cancelling a task throws CancelledError (in trio and anyio: Cancelled) "
		       "into the "
		       "await it stands at. A handler that catches it and goes on undoes the "
		       "cancellation: timeouts do not fire, TaskGroups and shutdown hang, and "
		       "inside "
		       "`while True` the task cannot be stopped at all.",
		.fix = "Raise it again after cleaning up, put cleaning up into `finally`, or catch "
		       "`Exception`, which does not include cancellation.",
		.bad = "import asyncio\n\n"
		       "async def worker(queue):\n"
		       "    while True:\n"
		       "        try:\n"
		       "            await handle(await queue.get())\n"
		       "        except asyncio.CancelledError:\n"
		       "            log.warning('cancelled')\n",
		.good = "import asyncio\n\n"
			"async def worker(queue):\n"
			"    while True:\n"
			"        try:\n"
			"            await handle(await queue.get())\n"
			"        except asyncio.CancelledError:\n"
			"            log.warning('cancelled')\n"
			"            raise\n",
		.libraries = "asyncio, trio, anyio",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Try) | PY_BIT(TryStar) | PY_BIT(With) | PY_BIT(AsyncWith),
		.check = check_swallowed,
		.from_absence = true,
		.async_only = true,
	},
};

static const char *const words[] = {"async", NULL};

const struct rule_family family_cancel = {
	.slug = "cancel",
	.title = "Cancellation and timeouts",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
