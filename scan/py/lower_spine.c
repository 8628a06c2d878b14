/*
 * Lowering of what nests to the left: `a + b + c`, `x.a().b[0]`, `a and b and c`.
 *
 * Such chains get thousands of links in generated code, so they are followed down and back up by
 * loops. Going down takes the AST nodes in preorder; coming back up fills in what stands to the
 * right of each.
 */
#include "scan/py/lower.h"

static const uint8_t OPERATORS[CST_KIND_COUNT] = {
	[CST_TOK_ADD] = PY_OP_ADD,
	[CST_TOK_IADD] = PY_OP_ADD,
	[CST_TOK_SUB] = PY_OP_SUB,
	[CST_TOK_ISUB] = PY_OP_SUB,
	[CST_TOK_MULT] = PY_OP_MULT,
	[CST_TOK_IMULT] = PY_OP_MULT,
	[CST_TOK_MATMULT] = PY_OP_MATMULT,
	[CST_TOK_IMATMULT] = PY_OP_MATMULT,
	[CST_TOK_DIV] = PY_OP_DIV,
	[CST_TOK_IDIV] = PY_OP_DIV,
	[CST_TOK_MOD] = PY_OP_MOD,
	[CST_TOK_IMOD] = PY_OP_MOD,
	[CST_TOK_POW] = PY_OP_POW,
	[CST_TOK_IPOW] = PY_OP_POW,
	[CST_TOK_LSHIFT] = PY_OP_LSHIFT,
	[CST_TOK_ILSHIFT] = PY_OP_LSHIFT,
	[CST_TOK_RSHIFT] = PY_OP_RSHIFT,
	[CST_TOK_IRSHIFT] = PY_OP_RSHIFT,
	[CST_TOK_BITOR] = PY_OP_BITOR,
	[CST_TOK_IBITOR] = PY_OP_BITOR,
	[CST_TOK_BITXOR] = PY_OP_BITXOR,
	[CST_TOK_IBITXOR] = PY_OP_BITXOR,
	[CST_TOK_BITAND] = PY_OP_BITAND,
	[CST_TOK_IBITAND] = PY_OP_BITAND,
	[CST_TOK_FLOORDIV] = PY_OP_FLOORDIV,
	[CST_TOK_IFLOORDIV] = PY_OP_FLOORDIV,
	[CST_TOK_AND] = PY_OP_AND,
	[CST_TOK_OR] = PY_OP_OR,
	[CST_TOK_EQ] = PY_OP_EQ,
	[CST_TOK_NOTEQ] = PY_OP_NOTEQ,
	[CST_TOK_LTGT] = PY_OP_NOTEQ,
	[CST_TOK_LT] = PY_OP_LT,
	[CST_TOK_LTE] = PY_OP_LTE,
	[CST_TOK_GT] = PY_OP_GT,
	[CST_TOK_GTE] = PY_OP_GTE,
	[CST_TOK_IS] = PY_OP_IS,
	[CST_TOK_ISNOT] = PY_OP_ISNOT,
	[CST_TOK_IN] = PY_OP_IN,
	[CST_TOK_NOTIN] = PY_OP_NOTIN,
};

enum py_op lower_op(enum cst_kind token)
{
	return (enum py_op)OPERATORS[token];
}

static enum py_kind spine_kind(enum cst_kind kind)
{
	switch (kind) {
	case CST_attribute:
	case CST_member_type:
		return PY_Attribute;
	case CST_call:
		return PY_Call;
	case CST_subscript:
	case CST_generic_type:
		return PY_Subscript;
	case CST_binary_operator:
		return PY_BinOp;
	default:
		return PY_KIND_COUNT;
	}
}

bool is_spine(enum cst_kind kind)
{
	return spine_kind(kind) != PY_KIND_COUNT;
}

/* ---- what stands to the right ---- */

/* Keywords come after positional arguments in CPython's Call, whatever the source's order. */
void lower_call_arguments(struct lower *l, uint32_t i, struct py_node *parent, struct py_list *args,
	struct py_list *keywords)
{
	size_t mark = list_begin(l);
	uint32_t keyword_count = 0;

	CST_EACH (l, c, i) {
		uint8_t kind = l->cst[c].kind;

		if (kind == CST_keyword_argument || kind == CST_dictionary_splat)
			keyword_count++;
		else if (is_operand(l, c))
			list_push(l, lower_expr(l, c, parent, PY_LOAD));
	}
	list_end(l, mark, args);
	if (!keyword_count)
		return;
	CST_EACH (l, c, i) {
		uint32_t first = first_operand(l, c), value = first;
		struct py_node *n;

		if (l->cst[c].kind != CST_keyword_argument &&
			l->cst[c].kind != CST_dictionary_splat)
			continue;
		n = node_new(l, PY_keyword, c, parent);
		n->u.keyword.arg = STR_EMPTY;
		if (l->cst[c].kind == CST_keyword_argument) {
			n->u.keyword.arg = lower_name(l, first);
			value = next_operand(l, c, first);
		}
		n->u.keyword.value = lower_expr(l, value, n, PY_LOAD);
		node_close(l, n);
		list_push(l, n);
	}
	list_end(l, mark, keywords);
}

/* f(x for x in y): the generator is the argument, and has the call's parentheses. */
static void finish_call(struct lower *l, struct py_node *n, uint32_t arguments)
{
	size_t mark;

	if (!arguments)
		return;
	if (l->cst[arguments].kind == CST_argument_list) {
		lower_call_arguments(l, arguments, n, &n->u.call.args, &n->u.call.keywords);
		return;
	}
	mark = list_begin(l);
	list_push(l, lower_expr(l, arguments, n, PY_LOAD));
	list_end(l, mark, &n->u.call.args);
}

static bool is_splat(const struct lower *l, uint32_t i)
{
	if (l->cst[i].kind == CST_type)
		i = first_operand(l, i);
	return l->cst[i].kind == CST_list_splat || l->cst[i].kind == CST_splat_type;
}

/* x[a, b]: the tuple has no node of its own in the grammar. `first` is the first index; those of
 * a type_parameter are its children. */
static void finish_subscript(struct lower *l, struct py_node *n, uint32_t i, uint32_t first)
{
	struct py_node *tuple;
	uint32_t last = first;
	bool comma = false, starred;
	size_t mark;

	for (uint32_t c = first ? l->cst[first].next : l->cst[i].next; c < l->cst[i].next;
		c = l->cst[c].next) {
		comma |= l->cst[c].kind == CST_TOK_COMMA;
		if (is_operand(l, c) || l->cst[c].kind == CST_TOK_COMMA)
			last = c;
	}
	starred = is_splat(l, first);
	if (!comma && !starred) {
		n->u.subscript.slice = lower_expr(l, first, n, PY_LOAD);
		return;
	}
	tuple = n->u.subscript.slice = node_new(l, PY_Tuple, first, n);
	tuple->end = l->cst[last].end;
	mark = list_begin(l);
	for (uint32_t c = first; c; c = next_operand(l, i, c))
		list_push(l, lower_expr(l, c, tuple, PY_LOAD));
	list_end(l, mark, &tuple->u.sequence.elts);
	node_close(l, tuple);
}

static void finish_spine(struct lower *l, const struct spine_step *step, struct py_node *left)
{
	struct py_node *n = step->node;
	uint32_t i = step->cst, right = next_operand(l, i, first_operand(l, i));

	switch (n->kind) {
	case PY_Attribute:
		n->u.attribute.value = left;
		n->u.attribute.attr = lower_name(l, right);
		break;
	case PY_Call:
		n->u.call.func = left;
		finish_call(l, n, right);
		break;
	case PY_Subscript:
		n->u.subscript.value = left;
		if (l->cst[i].kind == CST_generic_type)
			finish_subscript(l, n, right, first_operand(l, right));
		else
			finish_subscript(l, n, i, right);
		break;
	default:
		n->op = (uint8_t)cst_operator(l, i);
		n->u.bin_op.left = left;
		n->u.bin_op.right = lower_expr(l, right, n, PY_LOAD);
	}
	node_close(l, n);
}

static uint32_t open_parentheses(const struct lower *l, uint32_t i, bool *paren)
{
	*paren = false;
	while (i &&
		(l->cst[i].kind == CST_parenthesized_expression || l->cst[i].kind == CST_type)) {
		*paren |= l->cst[i].kind == CST_parenthesized_expression;
		i = first_operand(l, i);
	}
	return i;
}

struct py_node *lower_spine(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	size_t base = l->buf->spine.len;
	struct py_node *left;
	bool paren = false;

	if (bits_are_misread(l, i))
		return lower_bits(l, i, parent, ctx);
	for (; i && is_spine(l->cst[i].kind) && !bits_are_misread(l, i);
		i = open_parentheses(l, first_operand(l, i), &paren)) {
		parent = node_new(l, spine_kind(l->cst[i].kind), i, parent);
		parent->op = parent->kind == PY_Attribute || parent->kind == PY_Subscript
			? (uint8_t)ctx
			: 0;
		parent->flags |= paren ? PY_FLAG_PAREN : 0;
		*vec_push(&l->buf->spine) = (struct spine_step){parent, i};
		ctx = PY_LOAD;
	}
	left = lower_expr(l, i, parent, PY_LOAD);
	left->flags |= paren ? PY_FLAG_PAREN : 0;
	while (l->buf->spine.len > base) {
		struct spine_step step = l->buf->spine.items[--l->buf->spine.len];

		finish_spine(l, &step, left);
		left = step.node;
	}
	return left;
}

/* `a and b and c` is one BoolOp; the grammar nests it to the left. Parenthesised parts stay. */
struct py_node *lower_bool_op(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	struct py_node *n = node_new(l, PY_BoolOp, i, parent);
	enum py_op op = cst_operator(l, i);
	size_t base = l->buf->spine.len, mark = list_begin(l);
	uint32_t left;

	(void)ctx;
	n->op = (uint8_t)op;
	for (;;) {
		*vec_push(&l->buf->spine) = (struct spine_step){n, i};
		left = first_operand(l, i);
		if (l->cst[left].kind != CST_boolean_operator || cst_operator(l, left) != op)
			break;
		i = left;
	}
	list_push(l, lower_expr(l, left, n, PY_LOAD));
	while (l->buf->spine.len > base) {
		i = l->buf->spine.items[--l->buf->spine.len].cst;
		list_push(l, lower_expr(l, next_operand(l, i, first_operand(l, i)), n, PY_LOAD));
	}
	list_end(l, mark, &n->u.bool_op.values);
	node_close(l, n);
	return n;
}
