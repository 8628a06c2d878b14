/*
 * Lowering of if, while, for, try, with and match.
 */
#include "scan/py/lower.h"

static void lower_else(struct lower *l, uint32_t i, struct py_node *n, struct py_list *out)
{
	uint32_t clause = find_child(l, i, CST_else_clause);

	if (clause)
		lower_suite(l, clause, n, out);
}

/* ---- if and while ---- */

static struct py_node *new_cond(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_kind kind)
{
	struct py_node *n = node_new(l, kind, i, parent);

	if (stand_in_range(l, i))
		n->u.cond.test = lower_error_expr(l, first_operand(l, i), n);
	else
		n->u.cond.test = lower_expr(l, first_operand(l, i), n, PY_LOAD);
	lower_suite(l, i, n, &n->u.cond.body);
	return n;
}

/* The elif clauses stand side by side in the grammar; each is an If in the orelse before it, and
 * all end where the whole statement ends. */
static struct py_node *lower_if(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *top = new_cond(l, i, parent, PY_If), *n = top;
	uint32_t end = cst_end(l, i);

	CST_EACH (l, c, i) {
		size_t mark = list_begin(l);
		struct py_node *inner;

		if (l->cst[c].kind != CST_elif_clause)
			continue;
		inner = new_cond(l, c, n, PY_If);
		inner->flags |= PY_FLAG_ELIF;
		list_push(l, inner);
		list_end(l, mark, &n->u.cond.orelse);
		n = inner;
	}
	lower_else(l, i, n, &n->u.cond.orelse);
	for (; n != parent && !l->overflow; n = n->parent) {
		n->end = end;
		node_close(l, n);
	}
	return top;
}

static struct py_node *lower_while(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = new_cond(l, i, parent, PY_While);

	lower_else(l, i, n, &n->u.cond.orelse);
	return n;
}

static struct py_node *lower_for(struct lower *l, uint32_t i, struct py_node *parent)
{
	bool is_async = find_child(l, i, CST_TOK_ASYNC);
	struct py_node *n = node_new(l, is_async ? PY_AsyncFor : PY_For, i, parent);
	uint32_t target = first_operand(l, i);

	n->u.loop.target = lower_expr(l, target, n, PY_STORE);
	n->u.loop.iter = lower_expr(l, next_operand(l, i, target), n, PY_LOAD);
	lower_suite(l, i, n, &n->u.loop.body);
	lower_else(l, i, n, &n->u.loop.orelse);
	return n;
}

/* ---- try ---- */

/* `except *E`, with a blank, is an except_clause whose type is *E. */
static bool is_star_handler(const struct lower *l, uint32_t i)
{
	uint32_t type = first_operand(l, i);

	if (l->cst[i].kind == CST_except_group_clause)
		return true;
	if (l->cst[type].kind == CST_as_pattern)
		type = first_operand(l, type);
	return l->cst[i].kind == CST_except_clause && l->cst[type].kind == CST_list_splat;
}

static struct py_node *lower_handler(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_ExceptHandler, i, parent);
	uint32_t type = first_operand(l, i), name;

	n->u.handler.name = STR_EMPTY;
	name = next_operand(l, i, type);
	if (l->cst[type].kind == CST_as_pattern) {
		uint32_t target = find_child(l, type, CST_as_pattern_target);

		name = target ? first_operand(l, target) : 0;
		type = first_operand(l, type);
	}
	if (l->cst[name].kind == CST_identifier)
		n->u.handler.name = lower_name(l, name);
	if (l->cst[type].kind == CST_list_splat)
		type = first_operand(l, type);
	if (type && l->cst[type].kind != CST_block)
		n->u.handler.type = lower_expr(l, type, n, PY_LOAD);
	lower_suite(l, i, n, &n->u.handler.body);
	n->end = cst_end(l, i);
	node_close(l, n);
	return n;
}

static bool is_handler(enum cst_kind kind)
{
	return kind == CST_except_clause || kind == CST_except_group_clause;
}

static struct py_node *lower_try(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_Try, i, parent);
	uint32_t finally = find_child(l, i, CST_finally_clause);
	size_t mark;

	lower_suite(l, i, n, &n->u.try_stmt.body);
	mark = list_begin(l);
	CST_EACH (l, c, i)
		if (is_handler(l->cst[c].kind)) {
			if (is_star_handler(l, c))
				n->kind = PY_TryStar;
			list_push(l, lower_handler(l, c, n));
		}
	list_end(l, mark, &n->u.try_stmt.handlers);
	lower_else(l, i, n, &n->u.try_stmt.orelse);
	if (finally)
		lower_suite(l, finally, n, &n->u.try_stmt.finalbody);
	return n;
}

/* ---- with ---- */

static struct py_node *lower_withitem(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_withitem, i, parent);
	uint32_t target = 0;

	if (l->cst[i].kind == CST_as_pattern) {
		target = find_child(l, i, CST_as_pattern_target);
		i = first_operand(l, i);
	}
	n->u.withitem.context_expr = lower_expr(l, i, n, PY_LOAD);
	if (target)
		n->u.withitem.optional_vars = lower_expr(l, target, n, PY_STORE);
	node_close(l, n);
	return n;
}

/* `with (a, b):` and `with (a as x, b as y):` are several items, as in CPython from 3.9 on; the
 * grammar may take the parentheses for a tuple's. */
static uint32_t items_in_parentheses(const struct lower *l, uint32_t value)
{
	uint32_t inner = first_operand(l, value);

	if (l->cst[value].kind == CST_tuple)
		return inner ? value : 0;
	if (l->cst[value].kind == CST_parenthesized_expression &&
		l->cst[inner].kind == CST_as_pattern)
		return value;
	return 0;
}

static void lower_withitems(struct lower *l, uint32_t clause, struct py_node *n)
{
	uint32_t only = first_operand(l, clause), value = first_operand(l, only), inside = 0;
	size_t mark = list_begin(l);

	if (!next_operand(l, clause, only))
		inside = items_in_parentheses(l, value);
	if (inside) {
		CST_EACH (l, c, inside)
			if (is_operand(l, c))
				list_push(l, lower_withitem(l, c, n));
	} else {
		CST_EACH (l, c, clause)
			if (l->cst[c].kind == CST_with_item)
				list_push(l, lower_withitem(l, first_operand(l, c), n));
	}
	list_end(l, mark, &n->u.with.items);
}

static struct py_node *lower_with(struct lower *l, uint32_t i, struct py_node *parent)
{
	bool is_async = find_child(l, i, CST_TOK_ASYNC);
	struct py_node *n = node_new(l, is_async ? PY_AsyncWith : PY_With, i, parent);
	uint32_t clause = find_child(l, i, CST_with_clause);

	if (clause)
		lower_withitems(l, clause, n);
	lower_suite(l, i, n, &n->u.with.body);
	return n;
}

/* ---- match ---- */

/* `case a, b:` is a sequence pattern without brackets. */
static struct py_node *lower_case_pattern(struct lower *l, uint32_t i, struct py_node *parent)
{
	uint32_t first = find_child(l, i, CST_case_pattern);
	struct py_node *n;
	size_t mark;

	if (!first)
		return lower_error_expr(l, 0, parent);
	if (!find_child(l, i, CST_TOK_COMMA))
		return lower_pattern(l, first, parent);
	n = node_new(l, PY_pattern, first, parent);
	mark = list_begin(l);
	CST_EACH (l, c, i)
		if (l->cst[c].kind == CST_case_pattern) {
			list_push(l, lower_pattern(l, c, n));
			n->end = l->cst[c].end;
		}
	list_end(l, mark, &n->u.pattern.children);
	node_close(l, n);
	return n;
}

static struct py_node *lower_case(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_match_case, i, parent);
	uint32_t guard = find_child(l, i, CST_if_clause);

	n->u.match_case.pattern = lower_case_pattern(l, i, n);
	if (guard)
		n->u.match_case.guard = lower_expr(l, first_operand(l, guard), n, PY_LOAD);
	lower_suite(l, i, n, &n->u.match_case.body);
	n->end = cst_end(l, i);
	node_close(l, n);
	return n;
}

/* The subject may be a tuple without parentheses; its commas stand before the colon. */
static struct py_node *lower_subject(struct lower *l, uint32_t i, struct py_node *parent)
{
	uint32_t first = first_operand(l, i);
	struct py_node *n;
	size_t mark;

	if (!find_child(l, i, CST_TOK_COMMA))
		return lower_expr(l, first, parent, PY_LOAD);
	n = node_new(l, PY_Tuple, first, parent);
	mark = list_begin(l);
	for (uint32_t c = first; c < l->cst[i].next; c = l->cst[c].next) {
		if (l->cst[c].kind == CST_block || l->cst[c].kind == CST_TOK_COLON)
			break;
		n->end = l->cst[c].end;
		if (is_operand(l, c))
			list_push(l, lower_expr(l, c, n, PY_LOAD));
	}
	list_end(l, mark, &n->u.sequence.elts);
	node_close(l, n);
	return n;
}

static struct py_node *lower_match(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_Match, i, parent);
	uint32_t block = find_child(l, i, CST_block);
	size_t mark;

	n->u.match.subject = lower_subject(l, i, n);
	mark = list_begin(l);
	if (block)
		CST_EACH (l, c, block)
			if (l->cst[c].kind == CST_case_clause)
				list_push(l, lower_case(l, c, n));
	list_end(l, mark, &n->u.match.cases);
	return n;
}

struct py_node *lower_compound(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n;

	switch (l->cst[i].kind) {
	case CST_if_statement:
		return lower_if(l, i, parent);
	case CST_while_statement:
		n = lower_while(l, i, parent);
		break;
	case CST_for_statement:
		n = lower_for(l, i, parent);
		break;
	case CST_try_statement:
		n = lower_try(l, i, parent);
		break;
	case CST_with_statement:
		n = lower_with(l, i, parent);
		break;
	default:
		n = lower_match(l, i, parent);
	}
	n->end = cst_end(l, i);
	node_close(l, n);
	return n;
}
