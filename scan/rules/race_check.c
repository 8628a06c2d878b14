/*
 * What a write depends on: a test of the same state before it, or a local read from it. By the
 * structure of statements only; no loop is followed around.
 */
#include "scan/rules/race.h"

#include "scan/rules/idiom.h"

/* ---- statement lists ---- */

static bool holds(struct py_list list, const struct py_node *stmt)
{
	for (uint32_t i = 0; i < list.len; i++)
		if (list.items[i] == stmt)
			return true;
	return false;
}

#define MAX_BLOCKS 3

/* The statement lists of a compound statement, by kind; how many. */
static size_t blocks_of(const struct py_node *p, struct py_list out[MAX_BLOCKS])
{
	switch (p->kind) {
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
		out[0] = p->u.function.body;
		return 1;
	case PY_For:
	case PY_AsyncFor:
		out[0] = p->u.loop.body;
		out[1] = p->u.loop.orelse;
		return 2;
	case PY_While:
	case PY_If:
		out[0] = p->u.cond.body;
		out[1] = p->u.cond.orelse;
		return 2;
	case PY_With:
	case PY_AsyncWith:
		out[0] = p->u.with.body;
		return 1;
	case PY_Try:
	case PY_TryStar:
		out[0] = p->u.try_stmt.body;
		out[1] = p->u.try_stmt.orelse;
		out[2] = p->u.try_stmt.finalbody;
		return 3;
	case PY_ExceptHandler:
		out[0] = p->u.handler.body;
		return 1;
	case PY_match_case:
		out[0] = p->u.match_case.body;
		return 1;
	default:
		return 0;
	}
}

/* The list of `p` in which `stmt` stands; empty for none (a test, an item). */
static struct py_list block_with(const struct py_node *p, const struct py_node *stmt)
{
	struct py_list blocks[MAX_BLOCKS];
	size_t count = blocks_of(p, blocks);

	for (size_t i = 0; i < count; i++)
		if (holds(blocks[i], stmt))
			return blocks[i];
	return (struct py_list){0};
}

static bool ends_in_jump(struct py_list block)
{
	const struct py_node *last = block.len ? block.items[block.len - 1] : NULL;

	return last &&
		(last->kind == PY_Return || last->kind == PY_Raise || last->kind == PY_Continue ||
			last->kind == PY_Break);
}

/* Are `a` and `b`, children of `p`, on branches that exclude each other? */
static bool are_alternatives(
	const struct py_node *p, const struct py_node *a, const struct py_node *b)
{
	if (p->kind == PY_If)
		return (holds(p->u.cond.body, a) && holds(p->u.cond.orelse, b)) ||
			(holds(p->u.cond.orelse, a) && holds(p->u.cond.body, b));
	if (p->kind == PY_Try || p->kind == PY_TryStar)
		return a->kind == PY_ExceptHandler &&
			(b->kind == PY_ExceptHandler || holds(p->u.try_stmt.orelse, b));
	return p->kind == PY_Match && a->kind == PY_match_case && b->kind == PY_match_case;
}

/* The child of `p` that holds n. */
static const struct py_node *child_towards(const struct py_node *p, const struct py_node *n)
{
	while (n->parent != p)
		n = n->parent;
	return n;
}

bool may_reach(const struct py_node *a, const struct py_node *b)
{
	const struct py_node *child = a, *p;

	if (py_is_inside(a, b))
		return true;
	for (p = a->parent; !py_is_inside(b, p); child = p, p = p->parent)
		if (ends_in_jump(block_with(p, child)))
			return false;
	return !are_alternatives(p, child, child_towards(p, b));
}

/* ---- tests ---- */

static bool is_none(const struct py_node *n)
{
	return py_is_constant(n, PY_CONST_NONE);
}

static bool is_length(struct py_file *f, const struct state *s, const struct py_node *n)
{
	return n->kind == PY_Call && py_is_name(n->u.call.func, "len") && py_arg(n, 0) &&
		state_has_base(f, s, py_arg(n, 0));
}

static bool is_amount(struct py_file *f, const struct state *s, const struct py_node *n)
{
	return state_is_read_by(f, s, n) || is_length(f, s, n);
}

static bool tests_membership(struct py_file *f, const struct state *s, const struct py_node *n)
{
	const struct py_node *key = n->u.compare.left;
	struct str text = py_text(f->tree, key);

	return state_has_base(f, s, n->u.compare.comparators.items[0]) &&
		(!s->key || str_eq(text, py_text(f->tree, s->key)));
}

/* Does the comparison find the state there (*there) or not there, or compare its amount? */
static bool tests_compare(
	struct py_file *f, const struct state *s, const struct py_node *n, bool *there)
{
	const struct py_node *left = n->u.compare.left, *right = n->u.compare.comparators.items[0];
	uint8_t op = n->u.compare.ops[0];

	if (n->u.compare.comparators.len != 1)
		return false;
	*there = op == PY_OP_IN || op == PY_OP_ISNOT || op == PY_OP_NOTEQ;
	switch (op) {
	case PY_OP_IN:
	case PY_OP_NOTIN:
		return tests_membership(f, s, n);
	case PY_OP_IS:
	case PY_OP_ISNOT:
	case PY_OP_EQ:
	case PY_OP_NOTEQ:
		return is_none(right) && state_is_read_by(f, s, left);
	default:
		*there = false;
		return is_amount(f, s, left) || is_amount(f, s, right);
	}
}

/* One operand of and/or: is it a test of the state? */
static bool tests_state(
	struct py_file *f, const struct state *s, const struct py_node *n, bool *there)
{
	*there = true;
	if (n->kind == PY_UnaryOp && n->op == PY_OP_NOT) {
		*there = false;
		return state_is_read_by(f, s, n->u.unary_op.operand);
	}
	if (n->kind == PY_Compare)
		return tests_compare(f, s, n, there);
	return state_is_read_by(f, s, n);
}

static bool is_amount_test(const struct py_node *n)
{
	return n->kind == PY_Compare &&
		(n->u.compare.ops[0] == PY_OP_LT || n->u.compare.ops[0] == PY_OP_LTE ||
			n->u.compare.ops[0] == PY_OP_GT || n->u.compare.ops[0] == PY_OP_GTE);
}

/* Does the test say, when its outcome is `outcome`, that the state is not there (or of such an
 * amount)? */
static bool finds_absent(
	struct py_file *f, const struct state *s, const struct py_node *test, bool outcome)
{
	struct py_list parts = {0};
	struct py_node *alone = (struct py_node *)(uintptr_t)test;
	bool there;

	if (test->kind == PY_BoolOp)
		parts = test->u.bool_op.values;
	else
		parts = (struct py_list){&alone, 1};
	for (uint32_t i = 0; i < parts.len; i++)
		if (tests_state(f, s, parts.items[i], &there) &&
			(is_amount_test(parts.items[i]) || there != outcome))
			return true;
	return false;
}

/* Is there a test of the state before `stmt` in its list that leaves when it is there? */
static const struct py_node *guard_before(
	struct py_file *f, const struct state *s, struct py_list block, const struct py_node *stmt)
{
	const struct py_node *found = NULL;

	for (uint32_t i = 0; i < block.len && block.items[i] != stmt; i++) {
		const struct py_node *n = block.items[i];

		if (n->kind == PY_If && n->u.cond.orelse.len == 0 && ends_in_jump(n->u.cond.body) &&
			finds_absent(f, s, n->u.cond.test, false))
			found = n;
	}
	return found;
}

const struct py_node *check_before(struct py_file *f, const struct py_node *function,
	const struct state *s, const struct py_node *write)
{
	const struct py_node *child = write, *found;

	for (const struct py_node *p = write->parent; p; child = p, p = p->parent) {
		if (p->kind == PY_If &&
			finds_absent(f, s, p->u.cond.test, holds(p->u.cond.body, child)) &&
			child != p->u.cond.test)
			return p;
		found = guard_before(f, s, block_with(p, child), child);
		if (found)
			return found;
		if (p == function || py_is_function(p))
			return NULL;
	}
	return NULL;
}

/* ---- locals ---- */

/* `v = S`, `v = S + 1`, `v = D.get(k, 0)`: no calls that compute something else from it. */
static bool is_plain_read(struct py_file *f, const struct state *s, const struct py_node *value)
{
	if (state_is_read_by(f, s, value))
		return true;
	return value->kind == PY_BinOp &&
		(state_is_read_by(f, s, value->u.bin_op.left) ||
			state_is_read_by(f, s, value->u.bin_op.right));
}

/* The assignment of a local used in `value` that read the state. */
static const struct py_node *source_of(struct py_file *f, const struct py_node *function,
	const struct state *s, const struct py_node *name)
{
	const struct py_binding *b = py_lookup(f, name, name->u.name.id);
	const struct py_node *found = NULL;
	bool changed = name->parent->kind != PY_Assign;

	if (!b || b->scope != py_scope_of(f, function))
		return NULL;
	for (; b; b = b->next) {
		if (b->node->start > name->start)
			break;
		if (b->kind == PY_BIND_AUGMENT)
			changed = true;
		else if (b->kind != PY_BIND_ASSIGN || found)
			return NULL;
		else if (b->value && is_plain_read(f, s, b->value)) {
			found = py_stmt_of(b->node);
			changed = changed || b->value->kind == PY_BinOp;
		} else
			return NULL;
	}
	/* `old = S … S = old` puts back what was there. */
	return changed ? found : NULL;
}

const struct py_node *read_before(struct py_file *f, const struct py_node *function,
	const struct state *s, const struct py_node *value)
{
	PY_EACH (n, value) {
		const struct py_node *found;

		if (py_is_scope(n) || n->kind == PY_Call || n->kind == PY_Await) {
			n = n->end_node - 1;
			continue;
		}
		if (n->kind != PY_Name || n->op != PY_LOAD)
			continue;
		found = source_of(f, function, s, n);
		if (found)
			return found;
	}
	return NULL;
}
