/*
 * Corrections to the concrete tree where the grammar reads valid Python in another way than Python
 * does. They only move nodes about in the array; none is added.
 */
#include "scan/py/repair.h"

/* Kinds whose first child is their leftmost operand. */
static bool starts_with_operand(enum cst_kind kind)
{
	switch (kind) {
	case CST_attribute:
	case CST_binary_operator:
	case CST_boolean_operator:
	case CST_call:
	case CST_comparison_operator:
	case CST_conditional_expression:
	case CST_subscript:
		return true;
	default:
		return false;
	}
}

/*
 * `*a.b` is Starred(a.b); in some places the grammar reads it as (*a).b. The chain of nodes from
 * the outermost to the list_splat lies side by side in the array, so the splat and its `*` move in
 * front of it.
 */
static void hoist_splat(cst_nodes *cst, uint32_t splat)
{
	struct cst_node *nodes = cst->items;
	uint32_t top = splat, operand = splat + 2;
	struct cst_node moved = nodes[splat], star = nodes[splat + 1];

	while (top && starts_with_operand(nodes[top - 1].kind) && nodes[top - 1].next > top)
		top--;
	if (top == splat || operand >= moved.next || star.kind != CST_TOK_MULT)
		return;
	moved.end = nodes[top].end;
	moved.next = nodes[top].next;
	moved.flags |= nodes[top].flags;
	star.next = top + 2;
	for (uint32_t i = splat; i-- > top;) {
		nodes[i + 2] = nodes[i];
		nodes[i + 2].start = nodes[operand].start;
	}
	nodes[top] = moved;
	nodes[top + 1] = star;
}

/*
 * `type(x).a = 1` is an assignment to an attribute of a call; the grammar reads a type alias of
 * `(x).a`. The `type` token and the node around the left side make room for the call and its name.
 */
static void undo_type_alias(cst_nodes *cst, uint32_t alias)
{
	struct cst_node *nodes = cst->items;
	uint32_t token = alias + 1, base = alias + 3, end = nodes[alias].next;
	struct cst_node call, name = nodes[token];

	if (base >= end || nodes[token].flags & CST_NAMED || nodes[token + 1].kind != CST_type)
		return;
	while (base < end && starts_with_operand(nodes[base].kind))
		base++;
	if (base == alias + 3 || base >= end ||
		(nodes[base].kind != CST_parenthesized_expression && nodes[base].kind != CST_tuple))
		return;
	call = nodes[base];
	nodes[base].kind = CST_argument_list;
	for (uint32_t i = alias + 1; i < base - 2; i++) {
		nodes[i] = nodes[i + 2];
		nodes[i].start = name.start;
	}
	call.kind = CST_call;
	call.start = name.start;
	name.kind = CST_identifier;
	name.flags |= CST_NAMED;
	name.next = base;
	nodes[base - 2] = call;
	nodes[base - 1] = name;
	nodes[alias].kind = CST_assignment;
}

void repair_cst(cst_nodes *cst, const uint32_t *suspects, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (cst->items[suspects[i]].kind == CST_list_splat)
			hoist_splat(cst, suspects[i]);
		else
			undo_type_alias(cst, suspects[i]);
	}
}
