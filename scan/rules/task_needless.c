/*
 * async-needless: an `async def` that never waits. Much of what looks so has to be async all the
 * same: it overrides, implements a protocol, or is given to somebody who awaits it. So it takes
 * evidence that it is a helper: the file awaits it, and does nothing else with it.
 */
#include "scan/rules/task.h"

#include "scan/base/mem.h"
#include "scan/rules/idiom.h"

/* Looking for uses of a method reads the whole file, once for each candidate. */
#define MAX_NODES 100000

/* ---- the function itself ---- */

/* Anything that only an async function may hold, or that makes a generator of it. */
static bool needs_async(const struct py_node *n)
{
	switch (n->kind) {
	case PY_Await:
	case PY_AsyncFor:
	case PY_AsyncWith:
	case PY_Yield:
	case PY_YieldFrom:
	case PY_ErrorStmt:
	case PY_ErrorExpr:
		return true;
	default:
		return n->kind == PY_comprehension && n->is_async;
	}
}

static bool has_reason(const struct py_node *function)
{
	struct py_list body = function->u.function.body;

	for (uint32_t i = 0; i < body.len; i++)
		PY_EACH (n, body.items[i]) {
			if (needs_async(n))
				return true;
			if (py_is_scope(n))
				n = n->end_node - 1;
		}
	return false;
}

/* pass, `...`, a docstring, raise, return of a constant: made to be filled in, or a stand-in. */
static bool is_stub_statement(const struct py_node *n)
{
	if (n->kind == PY_Pass || n->kind == PY_Raise)
		return true;
	if (n->kind == PY_Return)
		return !n->u.expr.value || n->u.expr.value->kind == PY_Constant;
	return n->kind == PY_Expr && n->u.expr.value->kind == PY_Constant;
}

static bool is_stub(const struct py_node *function)
{
	struct py_list body = function->u.function.body;

	for (uint32_t i = 0; i < body.len; i++)
		if (!is_stub_statement(body.items[i]))
			return false;
	return true;
}

/* Names that somebody else chose: hooks, handlers, tests. */
static bool is_hook_name(struct str name)
{
	static const char *const starts[] = {
		"on_", "test", "handle", "visit_", "do_", "cmd_", "async_", "setup", "teardown"};
	static const char *const ends[] = {
		"_handler", "_hook", "_callback", "_middleware", "_listener", "_filter"};

	if (str_starts(name, "__") || str_is(name, "asyncSetUp") || str_is(name, "asyncTearDown"))
		return true;
	while (str_starts(name, "_"))
		name = str_drop(name, 1);
	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (str_starts(name, starts[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (str_ends(name, ends[i]))
			return true;
	return name.len == 0;
}

/* `astream()` beside `stream()`: an interface of two halves. */
static bool is_twin(struct py_file *f, const struct py_node *function)
{
	struct str name = function->u.function.name;

	return str_starts(name, "a") && py_scope_find(py_scope_at(f, function), str_drop(name, 1));
}

/* @staticmethod and @classmethod say nothing about who calls it; all others may. */
static bool is_decorated(struct py_file *f, const struct py_node *function)
{
	static const char *const plain[] = {"staticmethod", "classmethod", NULL};
	struct py_list d = function->u.function.decorators;

	for (uint32_t i = 0; i < d.len; i++)
		if (py_resolves_to_any(f, d.items[i], plain) < 0)
			return true;
	return false;
}

/* ---- its uses ---- */

/* `await f()` and `f()` as a statement: those would do with a plain def. */
static bool is_simple_use(const struct py_node *use)
{
	const struct py_node *call = use->parent;

	if (call->kind != PY_Call || call->u.call.func != use)
		return false;
	return call->parent->kind == PY_Await || call->parent->kind == PY_Expr;
}

/* *awaited is set when one of them is awaited. */
static bool has_only_simple_uses(struct py_file *f, const struct py_binding *b, bool *awaited)
{
	struct py_uses uses = py_uses_of(f, b);

	for (uint32_t i = 0; i < uses.len; i++) {
		const struct py_node *use = uses.items[i];

		if (use->op != PY_LOAD || !is_simple_use(use))
			return false;
		*awaited |= use->parent->parent->kind == PY_Await;
	}
	return true;
}

/* The class has bases, is one, or stands in for another one. */
static bool may_override(struct py_file *f, const struct py_node *class_def)
{
	static const char *const stand_ins[] = {"mock", "Mock", "fake", "Fake", "dummy", "Dummy",
		"stub", "Stub", "Test", "Base", "Abstract", "Protocol", "Interface"};
	struct str name = class_def->u.class_def.name;
	struct py_list bases = class_def->u.class_def.bases;
	const struct py_binding *b = py_only_binding(py_lookup(f, class_def, name));
	struct py_uses uses;

	if (class_def->u.class_def.keywords.len || bases.len > 1 || !b ||
		(bases.len == 1 && !py_is_name(bases.items[0], "object")))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(stand_ins); i++)
		for (struct str rest = name; rest.len; rest = str_drop(rest, 1))
			if (str_starts(rest, stand_ins[i]))
				return true;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->parent->kind == PY_ClassDef)
			return true;
	return false;
}

/* Does this node show that the method is more than a helper that is awaited: x.m as a value, an
 * `async def m` in another class, m in a string, a name that is put together? */
static bool shows_other_use(const struct py_node *n, const struct py_node *function)
{
	struct str name = function->u.function.name;

	if (n->kind == PY_Attribute)
		return str_eq(n->u.attribute.attr, name) && !is_simple_use(n);
	if (n->kind == PY_AsyncFunctionDef)
		return n != function && py_class_of(n) && str_eq(n->u.function.name, name);
	if (py_is_name(n, "getattr"))
		return py_is_inside(n, py_class_of(function));
	return n->kind == PY_Constant && n->op == PY_CONST_STR && str_eq(n->u.constant.text, name);
}

/* Only private methods: a public one may be overridden or asked for by an interface in any file. */
static bool is_free_method(struct py_file *f, const struct py_node *function, bool *awaited)
{
	const struct py_node *class_def = py_class_of(function);

	if (!str_starts(function->u.function.name, "_") || f->tree->node_count > MAX_NODES ||
		may_override(f, class_def))
		return false;
	PY_EACH (n, f->tree->root) {
		if (shows_other_use(n, function))
			return false;
		if (n->kind == PY_Attribute && n->parent->kind == PY_Call &&
			str_eq(n->u.attribute.attr, function->u.function.name))
			*awaited |= n->parent->parent->kind == PY_Await;
	}
	return true;
}

void check_async_needless(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct py_file *f = run->file;
	struct str name = n->u.function.name;
	struct py_binding *b;
	bool awaited = false;

	if (has_reason(n) || is_stub(n) || is_hook_name(name) || is_decorated(f, n) ||
		is_twin(f, n))
		return;
	b = py_scope_find(py_scope_at(f, n), name);
	if (!b || !py_only_binding(b) || !has_only_simple_uses(f, b, &awaited))
		return;
	if (py_class_of(n) && !is_free_method(f, n, &awaited))
		return;
	if (awaited)
		rule_report(run, rule, n,
			"`%.*s` is async but awaits nothing: a plain `def` does the same without a "
			"coroutine for each call",
			STR_ARG(name));
}
