/*
 * Lowering of `|`, `^` and `&` where the grammar nests them in another way than Python: in it `&`
 * binds weaker than `^`, and a `|` in an annotation takes all that follows for its right side.
 *
 * The operands are collected left to right and nested anew by Python's precedence.
 */
#include <stdlib.h>

#include "scan/py/lower.h"

#define BIT_LEVELS 3

static const enum py_op LEVELS[BIT_LEVELS] = {PY_OP_BITOR, PY_OP_BITXOR, PY_OP_BITAND};

enum py_op cst_operator(const struct lower *l, uint32_t i)
{
	CST_EACH (l, c, i)
		if (lower_op(l->cst[c].kind))
			return lower_op(l->cst[c].kind);
	return PY_OP_NONE;
}

static bool is_bit_operator(const struct lower *l, uint32_t i)
{
	enum py_op op;

	if (l->cst[i].kind == CST_union_type)
		return true;
	if (l->cst[i].kind != CST_binary_operator)
		return false;
	op = cst_operator(l, i);
	return op == PY_OP_BITOR || op == PY_OP_BITXOR || op == PY_OP_BITAND;
}

static uint32_t open_type(const struct lower *l, uint32_t i)
{
	while (i && l->cst[i].kind == CST_type)
		i = first_operand(l, i);
	return i;
}

/* Is a `^` nested in a `&`, or a `|` on the right of a union? Only files with both kinds of token
 * ask. */
bool bits_are_misread(const struct lower *l, uint32_t i)
{
	if (l->cst[i].kind == CST_union_type)
		return true;
	if (!l->has_xor || l->cst[i].kind != CST_binary_operator ||
		cst_operator(l, i) != PY_OP_BITAND)
		return false;
	for (uint32_t c = i + 1; c < l->cst[i].next; c++)
		if (l->cst[c].kind == CST_TOK_BITXOR)
			return true;
	return false;
}

/* A leaf of the tree of bit operators, and the operator that stands before it. */
struct operand {
	uint32_t cst;
	uint8_t op;
};

typedef VEC(struct operand) operands;

static void collect(const struct lower *l, uint32_t top, operands *out)
{
	operands todo = {0};

	*vec_push(&todo) = (struct operand){top, PY_OP_NONE};
	while (todo.len) {
		struct operand x = todo.items[--todo.len];
		uint32_t i = open_type(l, x.cst), left = first_operand(l, i);

		if (!i || !is_bit_operator(l, i)) {
			*vec_push(out) = x;
			continue;
		}
		*vec_push(&todo) = (struct operand){next_operand(l, i, left),
			l->cst[i].kind == CST_union_type ? PY_OP_BITOR
							 : (uint8_t)cst_operator(l, i)};
		*vec_push(&todo) = (struct operand){left, x.op};
	}
	vec_release(&todo);
}

/* The first operand from `low` on that has the level's operator before it; `high` for none. */
static size_t next_cut(const operands *v, size_t low, size_t high, enum py_op op)
{
	while (low < high && v->items[low].op != op)
		low++;
	return low;
}

static struct py_node *build(struct lower *l, const operands *v, size_t low, size_t high, int level,
	struct py_node *parent);

/* All operators of one level between low and high nest to the left: the last one is on top. */
static struct py_node *build_chain(struct lower *l, const operands *v, size_t low, size_t high,
	int level, struct py_node *parent)
{
	size_t base = l->buf->spine.len, cut = next_cut(v, low + 1, high, LEVELS[level]);
	struct py_node *left;

	for (size_t end = high; end > cut;) {
		size_t last = end - 1;

		while (v->items[last].op != LEVELS[level])
			last--;
		parent = node_new(l, PY_BinOp, v->items[low].cst, parent);
		parent->op = (uint8_t)LEVELS[level];
		parent->end = l->cst[v->items[end - 1].cst].end;
		*vec_push(&l->buf->spine) = (struct spine_step){parent, (uint32_t)last};
		end = last;
	}
	left = build(l, v, low, cut, level + 1, parent);
	while (l->buf->spine.len > base) {
		struct spine_step step = l->buf->spine.items[--l->buf->spine.len];
		size_t end = next_cut(v, step.cst + 1, high, LEVELS[level]);

		step.node->u.bin_op.left = left;
		step.node->u.bin_op.right = build(l, v, step.cst, end, level + 1, step.node);
		node_close(l, step.node);
		left = step.node;
	}
	return left;
}

/* Recursion is as deep as there are levels. */
static struct py_node *build(struct lower *l, const operands *v, size_t low, size_t high, int level,
	struct py_node *parent)
{
	while (level < BIT_LEVELS && next_cut(v, low + 1, high, LEVELS[level]) == high)
		level++;
	if (level == BIT_LEVELS)
		return lower_expr(l, v->items[low].cst, parent, PY_LOAD);
	return build_chain(l, v, low, high, level, parent);
}

struct py_node *lower_bits(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	operands v = {0};
	struct py_node *n;

	(void)ctx;
	collect(l, i, &v);
	n = build(l, &v, 0, v.len, 0, parent);
	vec_release(&v);
	return n;
}
