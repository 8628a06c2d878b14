/*
 * Resources that are closed on the straight path only: what raises in between leaks them.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/resource.h"

static bool is_closer(const struct py_node *call)
{
	return call->u.call.func->kind == PY_Attribute &&
		idiom_is_one_of(call->u.call.func->u.attribute.attr, resource_closers);
}

/* The call in `x.close()`, for a Name x; NULL for any other use. */
static const struct py_node *close_of(const struct py_node *use)
{
	const struct py_node *attribute = use->parent, *call = attribute->parent;

	if (attribute->kind != PY_Attribute || call->kind != PY_Call ||
		call->u.call.func != attribute || !is_closer(call))
		return NULL;
	return call;
}

static bool is_in_list(struct py_list list, const struct py_node *n)
{
	for (uint32_t i = 0; i < list.len; i++)
		if (py_is_inside(n, list.items[i]))
			return true;
	return false;
}

/* Does it stand in a finally or a handler, of any try of its function? */
static bool is_in_cleanup(const struct py_node *n)
{
	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent)
		if ((p->kind == PY_Try || p->kind == PY_TryStar) &&
			(is_in_list(p->u.try_stmt.finalbody, n) ||
				is_in_list(p->u.try_stmt.handlers, n)))
			return true;
	return false;
}

/*
 * The first close of the variable, when all of them are seen: method calls on the name itself in
 * the function that made it, none of them in a finally or handler. NULL otherwise, and when there
 * is an alias.
 */
static const struct py_node *straight_close(struct py_file *f, const struct py_binding *b)
{
	struct py_uses uses = py_uses_of(f, b);
	const struct py_node *first = NULL, *close;

	for (uint32_t i = 0; i < uses.len; i++) {
		const struct py_node *use = uses.items[i];

		if (use->op != PY_LOAD)
			continue;
		if (py_is_stmt(use->parent) || use->parent->kind == PY_NamedExpr ||
			py_context(f, use) != b->scope->node)
			return NULL;
		close = close_of(use);
		if (!close)
			continue;
		if (is_in_cleanup(close))
			return NULL;
		first = first ? first : close;
	}
	return first;
}

/* Is every exception in `n` caught by a handler inside the function, before `close` runs? */
static bool is_caught_before(const struct py_node *n, const struct py_node *close)
{
	static const char *const broad[] = {"Exception", "BaseException", NULL};

	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent) {
		if (p->kind != PY_Try || !is_in_list(p->u.try_stmt.body, n) ||
			is_in_list(p->u.try_stmt.body, close))
			continue;
		for (uint32_t i = 0; i < p->u.try_stmt.handlers.len; i++) {
			const struct py_node *h = p->u.try_stmt.handlers.items[i];

			if ((!h->u.handler.type ||
				    idiom_is_one_of(idiom_last_name(h->u.handler.type), broad)) &&
				py_may_go_on(h->u.handler.body))
				return true;
		}
	}
	return false;
}

/* The first await, or `async for`, between the two that may raise: a remote peer answers there. */
static const struct py_node *risk_between(
	const struct py_node *made, const struct py_node *close, const struct py_node *function)
{
	const struct py_node *n = made->end_node;

	for (; n < close && n < function->end_node; n++) {
		if (py_is_scope(n)) {
			n = n->end_node - 1;
			continue;
		}
		if (n->kind != PY_Await && n->kind != PY_AsyncFor && n->kind != PY_AsyncWith)
			continue;
		if (!py_is_inside(close, n) && !is_caught_before(n, close))
			return n;
	}
	return NULL;
}

static const struct py_node *target_of(const struct py_node *value, const char *const *row)
{
	const struct py_node *p = value->parent, *target = NULL;

	if (p->kind == PY_Assign && p->u.assign.targets.len == 1)
		target = resource_target(p->u.assign.targets.items[0], row);
	else if (p->kind == PY_AnnAssign)
		target = resource_target(p->u.ann_assign.target, row);
	return target && target->kind == PY_Name ? target : NULL;
}

/* In the outermost function of a script nothing goes on after an error. */
static bool is_main(const struct py_node *function)
{
	static const char *const names[] = {"main", "amain", "async_main", "main_async", NULL};
	struct str name = function->u.function.name;

	while (str_starts(name, "_"))
		name = str_drop(name, 1);
	return idiom_is_one_of(name, names);
}

void check_unprotected(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const char *const *row = resource_of(f, call);
	const struct py_node *value = row ? resource_value(f, call, row) : NULL;
	const struct py_node *target, *close, *function;
	const struct py_binding *b;

	if (!value || resource_has_lender(call, row) || idiom_expects_error(call))
		return;
	target = target_of(py_value_top(value), row);
	b = target ? resource_local(f, target) : NULL;
	if (!b || !py_only_binding(py_lookup(f, target, target->u.name.id)))
		return;
	close = straight_close(f, b);
	function = py_function_around(call);
	if (!close || close < call || !function || !risk_between(py_stmt_of(call), close, function))
		return;
	rule_report_level(run, rule, is_main(function) ? LEVEL_INFO : rule->level, call,
		"an exception before `%.*s.%.*s()` leaves this %s open; use `async with`, or close "
		"it in a `finally`",
		STR_ARG(b->name), STR_ARG(idiom_last_name(close->u.call.func)), row[RESOURCE_WHAT]);
}
