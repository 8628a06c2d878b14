/*
 * Cancel scopes: timeouts, task groups and nurseries that a generator yields in, and timeouts
 * around a body that never waits.
 */
#include "scan/rules/task.h"

#include "scan/base/mem.h"
#include "scan/rules/idiom.h"

static const char *const timeouts[] = {"asyncio.timeout", "asyncio.timeout_at",
	"asyncio.timeouts.timeout", "asyncio.timeouts.timeout_at", "async_timeout.timeout",
	"async_timeout.timeout_at", "anyio.fail_after", "anyio.move_on_after", "anyio.CancelScope",
	"anyio.open_cancel_scope", "trio.fail_after", "trio.fail_at", "trio.move_on_after",
	"trio.move_on_at", "trio.CancelScope", "trio.open_cancel_scope", NULL};

static const char *const groups[] = {"asyncio.TaskGroup", "asyncio.taskgroups.TaskGroup",
	"anyio.create_task_group", "trio.open_nursery", NULL};

static const struct py_node *context_of(const struct py_node *with, uint32_t i)
{
	return with->u.with.items.items[i]->u.withitem.context_expr;
}

/* asyncio's scopes in a plain `with` fail at once: that is another defect. */
static bool opens_one_of(struct py_file *f, const struct py_node *with, const struct py_node *n,
	const char *const *names)
{
	int i = n->kind == PY_Call ? py_resolves_to_any(f, n->u.call.func, names) : -1;

	return i >= 0 &&
		(with->kind == PY_AsyncWith || !str_starts(str_from(names[i]), "asyncio."));
}

/* ---- scope-yield ---- */

/* A scope that was made before: `scope = trio.CancelScope()`, `tg: TaskGroup`. */
static bool is_scope_typed(struct py_file *f, const struct py_node *n)
{
	static const char *const types[] = {"asyncio.TaskGroup", "asyncio.Timeout",
		"anyio.abc.TaskGroup", "anyio.CancelScope", "trio.CancelScope", "trio.Nursery",
		"async_timeout.Timeout"};

	if (n->kind != PY_Name && n->kind != PY_Attribute)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (py_is_type(f, n, types[i]))
			return true;
	return false;
}

/* The first item of the with that opens a scope, or NULL. */
static const struct py_node *scope_item(struct py_file *f, const struct py_node *with)
{
	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		const struct py_node *n = context_of(with, i);

		if (opens_one_of(f, with, n, timeouts) || opens_one_of(f, with, n, groups) ||
			is_scope_typed(f, n))
			return with->u.with.items.items[i];
	}
	return NULL;
}

/* The innermost scope whose body holds `n`, in the same function. */
static const struct py_node *scope_around(
	struct py_file *f, const struct py_node *n, const struct py_node **item)
{
	for (const struct py_node *p = n->parent; p && !py_is_scope(p); n = p, p = p->parent) {
		if ((p->kind != PY_With && p->kind != PY_AsyncWith) || n->kind == PY_withitem)
			continue;
		*item = scope_item(f, p);
		if (*item)
			return p;
	}
	return NULL;
}

/* The next yield of the same function from `from` on and before `end`, or `end`. */
static const struct py_node *next_yield(const struct py_node *from, const struct py_node *end)
{
	for (; from < end; from++) {
		if (from->kind == PY_Yield)
			return from;
		if (py_is_scope(from))
			from = from->end_node - 1;
	}
	return end;
}

/* Undecorated, but written as a context manager or a dependency is: it yields once, nothing or the
 * scope itself. */
static bool yields_once(
	const struct py_node *yield, const struct py_node *function, const struct py_node *item)
{
	const struct py_node *value = yield->u.expr.value, *as = item->u.withitem.optional_vars;
	const struct py_node *end = function->end_node;

	if (next_yield(function->u.function.body.items[0], end) != yield ||
		next_yield(yield->end_node, end) != end)
		return false;
	return !value ||
		(as && as->kind == PY_Name && value->kind == PY_Name &&
			str_eq(as->u.name.id, value->u.name.id));
}

/* Depends(get_session), asynccontextmanager(connect), lifespan=lifespan: who drives it is not seen
 * here. */
static bool is_passed_on(struct py_file *f, const struct py_node *function)
{
	const struct py_binding *b;
	struct py_uses uses;

	if (py_class_of(function))
		return py_attribute_escape(f, f->tree->root, function->u.function.name).reads > 0;
	b = py_lookup(f, function, function->u.function.name);
	if (!b)
		return true;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++) {
		const struct py_node *p = uses.items[i]->parent;

		if (uses.items[i]->op == PY_LOAD &&
			(p->kind != PY_Call || p->u.call.func != uses.items[i]))
			return true;
	}
	return false;
}

/* An unknown decorator may make a context manager or a fixture of it: those are driven by one task,
 * and never yield in a loop. */
void check_scope_yield(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct py_file *f = run->file;
	const struct py_node *function = py_context(f, n), *item, *with;
	struct str text;

	if (function->kind != PY_AsyncFunctionDef)
		return;
	with = scope_around(f, n, &item);
	if (!with || next_yield(with->u.with.body.items[0], n) != n)
		return;
	if (!py_plain_decorators(f, function))
		return;
	if (!py_loop_around(n) && (yields_once(n, function, item) || is_passed_on(f, function)))
		return;
	text = py_text(f->tree, item->u.withitem.context_expr);
	if (str_find(text, '(') > 0)
		text.len = (size_t)str_find(text, '(');
	rule_report(run, rule, n,
		"yield inside `%.*s`: the scope stays open while other code runs, and may cancel "
		"that code or end in another task",
		STR_ARG(text));
}

/* ---- scope-empty ---- */

/* Entering a later item of an `async with` waits; so may an await that makes one. */
static bool waits_after(const struct py_node *with, uint32_t item)
{
	for (uint32_t i = item + 1; i < with->u.with.items.len; i++)
		if (with->kind == PY_AsyncWith || py_has_checkpoint(with->u.with.items.items[i]))
			return true;
	return false;
}

/* nursery.start_soon(f) in the body: what is started may run inside the scope. */
static bool starts_something(const struct py_node *with)
{
	PY_EACH (n, with)
		if (n->kind == PY_Attribute && str_is(n->u.attribute.attr, "start_soon"))
			return true;
	return false;
}

/* The body uses the scope itself (cancels it, asks for its deadline), or only opens another one,
 * which has its own finding. */
static bool is_about_scopes(struct py_file *f, const struct py_node *with, uint32_t item)
{
	const struct py_node *as = with->u.with.items.items[item]->u.withitem.optional_vars;
	struct py_list body = with->u.with.body;

	if (body.len == 1 &&
		(body.items[0]->kind == PY_With || body.items[0]->kind == PY_AsyncWith) &&
		scope_item(f, body.items[0]))
		return true;
	if (!as || as->kind != PY_Name)
		return false;
	for (const struct py_node *n = body.items[0]; n < with->end_node; n++)
		if (n->kind == PY_Name && str_eq(n->u.name.id, as->u.name.id))
			return true;
	return false;
}

void check_scope_empty(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct py_file *f = run->file;

	for (uint32_t i = 0; i < n->u.with.items.len; i++) {
		const struct py_node *context = context_of(n, i);
		struct str name;

		if (!opens_one_of(f, n, context, timeouts) || !py_in_async(f, n))
			continue;
		if (py_list_has_checkpoint(n->u.with.body) || waits_after(n, i) ||
			starts_something(n) || is_about_scopes(f, n, i) || idiom_expects_error(n))
			return;
		name = py_text(f->tree, context->u.call.func);
		rule_report(run, rule, n,
			"nothing inside `%.*s` awaits, so it can never interrupt anything",
			STR_ARG(name));
		return;
	}
}
