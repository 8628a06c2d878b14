/*
 * Which of two places in a function may run after the other: see order.h. Structure only, from the
 * inside outwards: what follows a statement in its list, then what follows the statement around it.
 * What a condition is about is not known here.
 */
#include "scan/rules/order.h"

#define MAX_LISTS 4

static uint32_t lists_of(const struct py_node *n, struct py_list out[MAX_LISTS])
{
	uint32_t len = 0;

	switch (n->kind) {
	case PY_Module:
		out[len++] = n->u.module.body;
		break;
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
		out[len++] = n->u.function.body;
		break;
	case PY_ClassDef:
		out[len++] = n->u.class_def.body;
		break;
	case PY_For:
	case PY_AsyncFor:
		out[len++] = n->u.loop.body;
		out[len++] = n->u.loop.orelse;
		break;
	case PY_While:
	case PY_If:
		out[len++] = n->u.cond.body;
		out[len++] = n->u.cond.orelse;
		break;
	case PY_With:
	case PY_AsyncWith:
		out[len++] = n->u.with.body;
		break;
	case PY_Try:
	case PY_TryStar:
		out[len++] = n->u.try_stmt.body;
		out[len++] = n->u.try_stmt.handlers;
		out[len++] = n->u.try_stmt.orelse;
		out[len++] = n->u.try_stmt.finalbody;
		break;
	case PY_Match:
		out[len++] = n->u.match.cases;
		break;
	case PY_ExceptHandler:
		out[len++] = n->u.handler.body;
		break;
	case PY_match_case:
		out[len++] = n->u.match_case.body;
		break;
	default:
		break;
	}
	return len;
}

/* Is `n` one of the list's statements or inside one? */
static bool holds(struct py_list list, const struct py_node *n)
{
	return list.len && n >= list.items[0] && n < list.items[list.len - 1]->end_node;
}

struct py_list order_list_of(const struct py_node *parent, const struct py_node *stmt)
{
	struct py_list lists[MAX_LISTS];
	uint32_t len = lists_of(parent, lists);

	for (uint32_t i = 0; i < len; i++)
		if (holds(lists[i], stmt))
			return lists[i];
	return (struct py_list){0};
}

/* The part of the list behind `from` and before `to`; to NULL: up to its end. */
static struct py_list between(
	struct py_list list, const struct py_node *from, const struct py_node *to)
{
	while (list.len && list.items[0] <= from) {
		list.items++;
		list.len--;
	}
	while (to && list.len && list.items[list.len - 1] >= to)
		list.len--;
	return list;
}

static bool is_jump(const struct py_node *n)
{
	return n->kind == PY_Return || n->kind == PY_Raise || n->kind == PY_Break ||
		n->kind == PY_Continue;
}

static bool is_loop(const struct py_node *n)
{
	return n->kind == PY_For || n->kind == PY_AsyncFor || n->kind == PY_While;
}

static bool is_try(const struct py_node *n)
{
	return n->kind == PY_Try || n->kind == PY_TryStar;
}

/* Off the end of the list; with `turns` a continue is as good. */
static bool goes_on(struct py_list list, bool turns)
{
	if (list.len == 0)
		return true;
	return (turns || list.items[list.len - 1]->kind != PY_Continue) && py_may_go_on(list);
}

static bool holds_break(struct py_list list)
{
	for (uint32_t i = 0; i < list.len; i++)
		PY_EACH (it, list.items[i]) {
			if (is_loop(it) || py_is_scope(it))
				it = it->end_node - 1;
			else if (it->kind == PY_Break)
				return true;
		}
	return false;
}

static bool a_handler_goes_on(const struct py_node *try_stmt, bool turns)
{
	struct py_list handlers = try_stmt->u.try_stmt.handlers;

	for (uint32_t i = 0; i < handlers.len; i++)
		if (goes_on(handlers.items[i]->u.handler.body, turns))
			return true;
	return false;
}

/* `on`: does control reach the end of the list that holds n? */
static bool leaves_try(const struct py_node *p, const struct py_node *n, bool on, bool turns)
{
	struct py_list body = p->u.try_stmt.body, last = p->u.try_stmt.finalbody;

	if (holds(last, n))
		return on;
	if (!goes_on(last, turns))
		return false;
	if (!holds(body, n))
		return on || n->kind == PY_ExceptHandler;
	if (on && goes_on(p->u.try_stmt.orelse, turns))
		return true;
	return body.len == 1 && a_handler_goes_on(p, turns);
}

/* When n, a child of p, has run: may control come to what follows p, or, with `turns`, to the next
 * turn of a loop around? */
static bool leaves(const struct py_node *p, const struct py_node *n, bool turns)
{
	struct py_list rest = between(order_list_of(p, n), n, NULL);
	bool on = !is_jump(n) && goes_on(rest, turns);

	if (is_try(p))
		return leaves_try(p, n, on, turns);
	if (n->kind == PY_match_case)
		return true;
	return on || (is_loop(p) && !turns && (n->kind == PY_Break || holds_break(rest)));
}

static bool leads_in_try(const struct py_node *p, const struct py_node *n, const struct py_node *m)
{
	struct py_list body = p->u.try_stmt.body;

	if (holds(p->u.try_stmt.finalbody, m))
		return true;
	if (!holds(body, n))
		return false;
	if (m->kind == PY_ExceptHandler)
		return body.len == 1;
	return !is_jump(n) && goes_on(between(body, n, NULL), false);
}

/* From n to m, both children of p. */
static bool leads_to(const struct py_node *p, const struct py_node *n, const struct py_node *m)
{
	struct py_list list = order_list_of(p, n);

	if (n->kind == PY_ExceptHandler || n->kind == PY_match_case)
		return is_try(p) && holds(p->u.try_stmt.finalbody, m);
	if (holds(list, m))
		return !is_jump(n) && goes_on(between(list, n, m), false);
	if (is_try(p))
		return leads_in_try(p, n, m);
	return is_loop(p) && !is_jump(n) && goes_on(between(list, n, NULL), true);
}

static const struct py_node *child_of(const struct py_node *p, const struct py_node *n)
{
	while (n->parent != p)
		n = n->parent;
	return n;
}

bool order_is_followed_by(const struct py_node *a, const struct py_node *b)
{
	const struct py_node *n = py_stmt_of(a), *p = n->parent;

	if (py_is_inside(b, n))
		return !order_condition_of(a, n) &&
			(py_stmt_of(b) != n || !order_condition_of(b, n));
	for (; p && !py_is_inside(b, p); n = p, p = p->parent)
		if (!leaves(p, n, false))
			return false;
	return p && leads_to(p, n, child_of(p, b));
}

/* A `continue` before `a` may be what keeps later turns from it. */
static bool may_be_left_out(const struct py_node *a, const struct py_node *loop)
{
	for (const struct py_node *n = loop; n < a; n++)
		if (n->kind == PY_Continue)
			return true;
	return false;
}

bool order_is_repeated(const struct py_node *a, const struct py_node *loop)
{
	const struct py_node *n = py_stmt_of(a);

	if (order_condition_of(a, loop) || may_be_left_out(a, loop))
		return false;
	for (; n != loop; n = n->parent)
		if (n->kind == PY_ExceptHandler || !leaves(n->parent, n, true))
			return false;
	return true;
}

bool order_are_exclusive(const struct py_node *a, const struct py_node *b)
{
	const struct py_node *p = a->parent, *n, *m;

	while (p && !py_is_inside(b, p))
		p = p->parent;
	if (!p || p == a || p == b)
		return false;
	n = child_of(p, a);
	m = child_of(p, b);
	if (p->kind == PY_If)
		return n != p->u.cond.test && m != p->u.cond.test &&
			holds(p->u.cond.body, n) != holds(p->u.cond.body, m);
	if (p->kind == PY_Match)
		return n != m && n->kind == PY_match_case && m->kind == PY_match_case;
	if (!is_try(p) || n == m)
		return false;
	if (n->kind == PY_ExceptHandler)
		return m->kind == PY_ExceptHandler || holds(p->u.try_stmt.orelse, m);
	return m->kind == PY_ExceptHandler && holds(p->u.try_stmt.orelse, n);
}

const struct py_node *order_condition_of(const struct py_node *n, const struct py_node *top)
{
	for (; n != top && n->parent; n = n->parent) {
		const struct py_node *p = n->parent;

		if (p->kind == PY_If && n != p->u.cond.test)
			return p;
		if (p->kind == PY_IfExp && n != p->u.if_exp.test)
			return p;
		if (p->kind == PY_BoolOp && n != p->u.bool_op.values.items[0])
			return p;
		if (p->kind == PY_match_case || p->kind == PY_comprehension ||
			p->kind == PY_GeneratorExp || p->kind == PY_ListComp)
			return p;
	}
	return NULL;
}
