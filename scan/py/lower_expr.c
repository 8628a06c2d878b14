/*
 * Lowering of expressions: the table from concrete symbols to functions, and those that are not
 * chains (lower_spine.c), strings (lower_string.c) or parameters (lower_args.c).
 */
#include "scan/py/lower.h"

typedef struct py_node *lower_fn(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx);

struct py_node *lower_error_expr(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_ErrorExpr, i, parent);

	if (!(l->cst[i].flags & CST_MISSING))
		lower_add_error(l, n->start, n->end);
	lower_mark_broken(l, n);
	return n;
}

void lower_operands(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx, struct py_list *out)
{
	size_t mark = list_begin(l);

	CST_EACH (l, c, i)
		if (is_operand(l, c))
			list_push(l, lower_expr(l, c, parent, ctx));
	list_end(l, mark, out);
}

static struct py_node *lower_sequence(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx, enum py_kind kind)
{
	struct py_node *n = node_new(l, kind, i, parent);

	n->op = (uint8_t)ctx;
	lower_operands(l, i, n, ctx, &n->u.sequence.elts);
	node_close(l, n);
	return n;
}

struct py_node *lower_tuple(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	return lower_sequence(l, i, parent, ctx, PY_Tuple);
}

static struct py_node *lower_list(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	return lower_sequence(l, i, parent, ctx, PY_List);
}

static struct py_node *lower_set(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	(void)ctx;
	return lower_sequence(l, i, parent, PY_LOAD, PY_Set);
}

/* `(a)` on a left side is a tuple_pattern for the grammar. */
static struct py_node *lower_tuple_pattern(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	uint32_t only = first_operand(l, i);

	if (only && !next_operand(l, i, only) && !find_child(l, i, CST_TOK_COMMA)) {
		struct py_node *n = lower_expr(l, only, parent, ctx);

		n->flags |= PY_FLAG_PAREN;
		return n;
	}
	return lower_tuple(l, i, parent, ctx);
}

static struct py_node *lower_identifier(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *n = node_new(l, PY_Name, i, parent);

	n->op = (uint8_t)ctx;
	n->u.name.id = lower_name(l, i);
	return n;
}

static enum py_constant number_kind(const struct lower *l, uint32_t i)
{
	struct str text = lower_text(l, i);
	char last = text.len ? text.ptr[text.len - 1] : '0';

	if ((last == 'j' || last == 'J'))
		return PY_CONST_COMPLEX;
	return l->cst[i].kind == CST_float ? PY_CONST_FLOAT : PY_CONST_INT;
}

static enum py_constant constant_kind(const struct lower *l, uint32_t i)
{
	switch (l->cst[i].kind) {
	case CST_none:
		return PY_CONST_NONE;
	case CST_true:
		return PY_CONST_TRUE;
	case CST_false:
		return PY_CONST_FALSE;
	case CST_ellipsis:
		return PY_CONST_ELLIPSIS;
	default:
		return number_kind(l, i);
	}
}

static struct py_node *lower_constant(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *n = node_new(l, PY_Constant, i, parent);

	(void)ctx;
	n->op = (uint8_t)constant_kind(l, i);
	n->u.constant.text = lower_text(l, i);
	return n;
}

/* await x, and *x in all its spellings: an operator, then its operand. */
static struct py_node *lower_prefixed(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_kind kind, enum py_ctx ctx)
{
	struct py_node *n = node_new(l, kind, i, parent);

	n->op = (uint8_t)ctx;
	n->u.expr.value = lower_expr(l, first_operand(l, i), n, ctx);
	node_close(l, n);
	return n;
}

static struct py_node *lower_await(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	(void)ctx;
	return lower_prefixed(l, i, parent, PY_Await, PY_LOAD);
}

static struct py_node *lower_starred(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	return lower_prefixed(l, i, parent, PY_Starred, ctx);
}

static struct py_node *lower_yield(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	bool from = find_child(l, i, CST_TOK_FROM);
	struct py_node *n = node_new(l, from ? PY_YieldFrom : PY_Yield, i, parent);
	uint32_t value = first_operand(l, i);

	(void)ctx;
	if (value || from)
		n->u.expr.value = lower_expr(l, value, n, PY_LOAD);
	node_close(l, n);
	return n;
}

static struct py_node *lower_unary(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *n = node_new(l, PY_UnaryOp, i, parent);

	(void)ctx;
	if (l->cst[i].kind == CST_not_operator)
		n->op = PY_OP_NOT;
	else if (find_child(l, i, CST_TOK_INVERT))
		n->op = PY_OP_INVERT;
	else
		n->op = find_child(l, i, CST_TOK_SUB) ? PY_OP_USUB : PY_OP_UADD;
	n->u.unary_op.operand = lower_expr(l, first_operand(l, i), n, PY_LOAD);
	node_close(l, n);
	return n;
}

static struct py_node *lower_named(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *n = node_new(l, PY_NamedExpr, i, parent);
	uint32_t target = first_operand(l, i);

	(void)ctx;
	n->u.aug_assign.target = lower_expr(l, target, n, PY_STORE);
	n->u.aug_assign.value = lower_expr(l, next_operand(l, i, target), n, PY_LOAD);
	node_close(l, n);
	return n;
}

/* Source order is body, test, orelse; ours is CPython's. `a if b else c if d else …` is as long as
 * people like, so the last operand is followed by a loop. */
static struct py_node *lower_conditional(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *top = NULL, *n = parent;
	uint32_t orelse;

	(void)ctx;
	for (;;) {
		uint32_t body = first_operand(l, i), test = next_operand(l, i, body);
		struct py_node *outer = n;

		n = node_new(l, PY_IfExp, i, outer);
		if (top)
			outer->u.if_exp.orelse = n;
		else
			top = n;
		n->u.if_exp.test = lower_expr(l, test, n, PY_LOAD);
		n->u.if_exp.body = lower_expr(l, body, n, PY_LOAD);
		orelse = next_operand(l, i, test);
		if (l->overflow || l->cst[orelse].kind != CST_conditional_expression)
			break;
		i = orelse;
	}
	n->u.if_exp.orelse = lower_expr(l, orelse, n, PY_LOAD);
	for (; n != top && !l->overflow; n = n->parent)
		node_close(l, n);
	node_close(l, top);
	return top;
}

static struct py_node *lower_compare(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *n = node_new(l, PY_Compare, i, parent);
	uint32_t first = first_operand(l, i), op_count = 0;
	size_t mark;

	(void)ctx;
	n->u.compare.ops = arena_alloc(l->arena, operand_count(l, i) + 1);
	n->u.compare.left = lower_expr(l, first, n, PY_LOAD);
	mark = list_begin(l);
	for (uint32_t c = next_operand(l, i, first); c; c = next_operand(l, i, c))
		list_push(l, lower_expr(l, c, n, PY_LOAD));
	list_end(l, mark, &n->u.compare.comparators);
	CST_EACH (l, c, i)
		if (lower_op(l->cst[c].kind) && op_count < n->u.compare.comparators.len)
			n->u.compare.ops[op_count++] = (uint8_t)lower_op(l->cst[c].kind);
	while (op_count < n->u.compare.comparators.len)
		n->u.compare.ops[op_count++] = PY_OP_NONE;
	node_close(l, n);
	return n;
}

static struct py_node *lower_lambda(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *n = node_new(l, PY_Lambda, i, parent);
	uint32_t parameters = find_child(l, i, CST_lambda_parameters);
	uint32_t body = parameters ? next_operand(l, i, parameters) : first_operand(l, i);

	(void)ctx;
	n->u.lambda.args = lower_parameters(l, parameters, n, n->start + sizeof "lambda" - 1);
	n->u.lambda.body = lower_expr(l, body, n, PY_LOAD);
	node_close(l, n);
	return n;
}

/* ---- displays and comprehensions ---- */

static void lower_pair(struct lower *l, uint32_t i, struct py_node *n, struct py_node **key_value)
{
	uint32_t key = first_operand(l, i);

	key_value[0] = NULL;
	if (l->cst[i].kind == CST_pair) {
		key_value[0] = lower_expr(l, key, n, PY_LOAD);
		key = next_operand(l, i, key);
	}
	key_value[1] = lower_expr(l, key, n, PY_LOAD);
}

static struct py_node *lower_dictionary(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *n = node_new(l, PY_Dict, i, parent);
	uint32_t count = operand_count(l, i), at = 0;
	struct py_list keys = {ARENA_ARRAY(l->arena, count, struct py_node *), count};
	struct py_list values = {ARENA_ARRAY(l->arena, count, struct py_node *), count};

	(void)ctx;
	CST_EACH (l, c, i) {
		struct py_node *key_value[2];

		if (!is_operand(l, c))
			continue;
		lower_pair(l, c, n, key_value);
		keys.items[at] = key_value[0];
		values.items[at++] = key_value[1];
	}
	n->u.dict.keys = keys;
	n->u.dict.values = values;
	node_close(l, n);
	return n;
}

/* One `for … in …`; the `if`s up to the next one are its own. Several iterables without
 * parentheses are Python 2's tuple. */
static struct py_node *lower_for_in(struct lower *l, uint32_t i, uint32_t c, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_comprehension, c, parent);
	uint32_t target = first_operand(l, c), iter = next_operand(l, c, target);
	size_t mark;

	n->is_async = find_child(l, c, CST_TOK_ASYNC) != 0;
	n->u.comprehension.target = lower_expr(l, target, n, PY_STORE);
	if (next_operand(l, c, iter)) {
		struct py_node *tuple = node_new(l, PY_Tuple, iter, n);

		mark = list_begin(l);
		for (; iter; iter = next_operand(l, c, iter))
			list_push(l, lower_expr(l, iter, tuple, PY_LOAD));
		list_end(l, mark, &tuple->u.sequence.elts);
		tuple->end = cst_end(l, c);
		node_close(l, tuple);
		n->u.comprehension.iter = tuple;
	} else {
		n->u.comprehension.iter = lower_expr(l, iter, n, PY_LOAD);
	}
	mark = list_begin(l);
	while ((c = next_operand(l, i, c)) && l->cst[c].kind == CST_if_clause) {
		list_push(l, lower_expr(l, first_operand(l, c), n, PY_LOAD));
		n->end = l->cst[c].end;
	}
	list_end(l, mark, &n->u.comprehension.ifs);
	node_close(l, n);
	return n;
}

static struct py_node *lower_comprehension(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_kind kind)
{
	struct py_node *n = node_new(l, kind, i, parent);
	uint32_t elt = first_operand(l, i);
	size_t mark;

	if (kind == PY_DictComp) {
		struct py_node *key_value[2];

		lower_pair(l, elt, n, key_value);
		n->u.comp.elt = key_value[0];
		n->u.comp.value = key_value[1];
	} else {
		n->u.comp.elt = lower_expr(l, elt, n, PY_LOAD);
	}
	mark = list_begin(l);
	CST_EACH (l, c, i)
		if (l->cst[c].kind == CST_for_in_clause)
			list_push(l, lower_for_in(l, i, c, n));
	list_end(l, mark, &n->u.comp.generators);
	node_close(l, n);
	return n;
}

static struct py_node *lower_comprehension_any(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	(void)ctx;
	switch (l->cst[i].kind) {
	case CST_list_comprehension:
		return lower_comprehension(l, i, parent, PY_ListComp);
	case CST_set_comprehension:
		return lower_comprehension(l, i, parent, PY_SetComp);
	case CST_dictionary_comprehension:
		return lower_comprehension(l, i, parent, PY_DictComp);
	default:
		return lower_comprehension(l, i, parent, PY_GeneratorExp);
	}
}

/* a:b:c; which bound an operand is depends on the colons before it. */
static struct py_node *lower_slice(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *n = node_new(l, PY_Slice, i, parent), **bound = &n->u.slice.lower;

	(void)ctx;
	CST_EACH (l, c, i) {
		if (l->cst[c].kind == CST_TOK_COLON)
			bound = bound == &n->u.slice.lower ? &n->u.slice.upper : &n->u.slice.step;
		else if (is_operand(l, c) && !*bound)
			*bound = lower_expr(l, c, n, PY_LOAD);
	}
	node_close(l, n);
	return n;
}

static lower_fn *const EXPRESSIONS[CST_KIND_COUNT] = {
	[CST_identifier] = lower_identifier,
	[CST_integer] = lower_constant,
	[CST_float] = lower_constant,
	[CST_true] = lower_constant,
	[CST_false] = lower_constant,
	[CST_none] = lower_constant,
	[CST_ellipsis] = lower_constant,
	[CST_string] = lower_string,
	[CST_concatenated_string] = lower_string,
	[CST_attribute] = lower_spine,
	[CST_call] = lower_spine,
	[CST_subscript] = lower_spine,
	[CST_binary_operator] = lower_spine,
	[CST_generic_type] = lower_spine,
	[CST_member_type] = lower_spine,
	[CST_union_type] = lower_bits,
	[CST_boolean_operator] = lower_bool_op,
	[CST_comparison_operator] = lower_compare,
	[CST_not_operator] = lower_unary,
	[CST_unary_operator] = lower_unary,
	[CST_conditional_expression] = lower_conditional,
	[CST_named_expression] = lower_named,
	[CST_lambda] = lower_lambda,
	[CST_await] = lower_await,
	[CST_yield] = lower_yield,
	[CST_list] = lower_list,
	[CST_list_pattern] = lower_list,
	[CST_set] = lower_set,
	[CST_tuple] = lower_tuple,
	[CST_tuple_pattern] = lower_tuple_pattern,
	[CST_expression_list] = lower_tuple,
	[CST_pattern_list] = lower_tuple,
	[CST_dictionary] = lower_dictionary,
	[CST_list_comprehension] = lower_comprehension_any,
	[CST_set_comprehension] = lower_comprehension_any,
	[CST_dictionary_comprehension] = lower_comprehension_any,
	[CST_generator_expression] = lower_comprehension_any,
	[CST_list_splat] = lower_starred,
	[CST_list_splat_pattern] = lower_starred,
	[CST_splat_type] = lower_starred,
	[CST_slice] = lower_slice,
};

static bool is_wrapper(enum cst_kind kind)
{
	return kind == CST_parenthesized_expression || kind == CST_type ||
		kind == CST_as_pattern_target;
}

struct py_node *lower_expr(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *n;
	bool paren = false;
	lower_fn *fn;

	while (i && is_wrapper(l->cst[i].kind)) {
		paren |= l->cst[i].kind == CST_parenthesized_expression;
		i = first_operand(l, i);
	}
	fn = i && !(l->cst[i].flags & CST_MISSING) ? EXPRESSIONS[l->cst[i].kind] : NULL;
	if (!fn || l->depth >= LOWER_MAX_DEPTH)
		return lower_error_expr(l, i, parent);
	l->depth++;
	n = fn(l, i, parent, ctx);
	l->depth--;
	if (paren)
		n->flags |= PY_FLAG_PAREN;
	return n;
}
