/*
 * Where the content of an iterator is asked for: see consume.h.
 */
#include "scan/rules/consume.h"

#include "scan/rules/idiom.h"

#define MAX_WRAPPERS 4 /* enumerate(filter(None, …)) */

static bool is_consuming_call(const struct py_node *call, const struct py_node *arg)
{
	static const char *const names[] = {"list", "tuple", "set", "frozenset", "dict", "sorted",
		"next", "any", "all", "sum", "min", "max", "len", "bool", "deque", NULL};
	static const char *const methods[] = {"join", "extend", "update", "fromkeys", NULL};
	const struct py_node *func = call->u.call.func;

	if (py_arg(call, 0) != arg)
		return false;
	return (func->kind == PY_Name && idiom_is_one_of(func->u.name.id, names)) ||
		(func->kind == PY_Attribute && idiom_is_one_of(func->u.attribute.attr, methods));
}

/* Calls that go through their argument when somebody goes through them. */
static bool is_wrapping_call(const struct py_node *call, const struct py_node *arg)
{
	static const char *const names[] = {
		"enumerate", "zip", "filter", "map", "iter", "islice", "chain", "tqdm", NULL};

	return call->kind == PY_Call && arg != call->u.call.func &&
		idiom_is_one_of(idiom_last_name(call->u.call.func), names);
}

static bool is_unpacked(const struct py_node *assign, const struct py_node *value)
{
	struct py_list targets = assign->u.assign.targets;

	return value == assign->u.assign.value && targets.len > 0 &&
		(targets.items[0]->kind == PY_Tuple || targets.items[0]->kind == PY_List);
}

static bool is_searched(const struct py_node *compare, const struct py_node *expr)
{
	uint32_t last = compare->u.compare.comparators.len - 1;
	uint8_t op = compare->u.compare.ops[last];

	return compare->u.compare.comparators.items[last] == expr &&
		(op == PY_OP_IN || op == PY_OP_NOTIN);
}

bool is_consumed(const struct py_node *expr)
{
	const struct py_node *p = expr->parent;

	for (int i = 0; i < MAX_WRAPPERS && is_wrapping_call(p, expr); i++) {
		expr = p;
		p = p->parent;
	}
	switch (p->kind) {
	case PY_For:
		return p->u.loop.iter == expr;
	case PY_comprehension:
		return p->u.comprehension.iter == expr && !p->is_async;
	case PY_Call:
		return is_consuming_call(p, expr);
	case PY_Assign:
		return is_unpacked(p, expr);
	case PY_Compare:
		return is_searched(p, expr);
	default:
		return p->kind == PY_Starred || p->kind == PY_YieldFrom;
	}
}

/* The variable to which a value is bound, alone: `it = expr`, `with expr as it`. */
static const struct py_binding *bound_to(struct py_file *f, const struct py_node *expr)
{
	const struct py_node *p = expr->parent, *target = NULL;
	const struct py_binding *b;

	if (p->kind == PY_Assign && p->u.assign.targets.len == 1)
		target = p->u.assign.targets.items[0];
	else if (p->kind == PY_withitem)
		target = p->u.withitem.optional_vars;
	if (!target || target->kind != PY_Name)
		return NULL;
	b = py_only_binding(py_lookup(f, target, target->u.name.id));
	return b && b->value == expr ? b : NULL;
}

bool is_iterated(struct py_file *f, const struct py_node *expr)
{
	const struct py_binding *b;
	struct py_uses uses;

	if (is_consumed(expr))
		return true;
	b = bound_to(f, expr);
	if (!b)
		return false;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++)
		if (is_consumed(uses.items[i]) &&
			py_context(f, uses.items[i]) == py_context(f, expr))
			return true;
	return false;
}
