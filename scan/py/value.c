/*
 * Single expressions on the way of a value: the outermost one that has it, and the binding that a
 * name makes.
 */
#include "scan/py/file.h"

struct py_binding *py_binding_at(struct py_file *f, const struct py_node *store)
{
	struct py_binding *b;

	if (!store || store->kind != PY_Name)
		return NULL;
	b = py_lookup(f, store, store->u.name.id);
	while (b && b->node != store)
		b = b->next;
	return b;
}

const struct py_node *py_value_top(const struct py_node *expr)
{
	for (;;) {
		const struct py_node *p = expr->parent;

		if (!p)
			return expr;
		if (p->kind == PY_BoolOp || p->kind == PY_NamedExpr ||
			(p->kind == PY_IfExp && p->u.if_exp.test != expr))
			expr = p;
		else
			return expr;
	}
}
