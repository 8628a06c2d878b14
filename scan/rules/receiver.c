/*
 * The object whose method is called: see receiver.h. Attributes are compared by their spelling.
 */
#include "scan/rules/receiver.h"

#include "scan/rules/idiom.h"

#define MAX_USES  500   /* of a variable that is followed */
#define MAX_NODES 20000 /* of a function or class that is searched: generated code is not */

static const struct py_node *as_call(const struct py_node *n)
{
	return n && n->kind == PY_Call ? n : NULL;
}

/* The binding that counts at this use: the only one, or the one last made before it in the source
 * when the name is used again and again for the same thing. */
static const struct py_binding *binding_before(struct py_file *f, const struct py_node *name)
{
	const struct py_binding *first = py_lookup(f, name, name->u.name.id), *last = NULL;

	if (!first || !first->next)
		return first;
	for (const struct py_binding *b = first; b && b->node < name; b = b->next)
		last = b;
	return last && py_context(f, last->node) == py_context(f, name) ? last : NULL;
}

static const struct py_node *maker_of_name(struct py_file *f, const struct py_node *name)
{
	const struct py_binding *b = binding_before(f, name);

	if (!b)
		return NULL;
	switch (b->kind) {
	case PY_BIND_ASSIGN:
	case PY_BIND_UNPACK:
	case PY_BIND_WITH:
		return as_call(b->value);
	default:
		return NULL;
	}
}

/* The value of `self.attr = value` or `self.attr: T = value`, when n is that. */
static const struct py_node *value_assigned(const struct py_node *n, struct str attr)
{
	const struct py_node *target = NULL, *value = NULL;

	if (n->kind == PY_Assign && n->u.assign.targets.len == 1) {
		target = n->u.assign.targets.items[0];
		value = n->u.assign.value;
	} else if (n->kind == PY_AnnAssign) {
		target = n->u.ann_assign.target;
		value = n->u.ann_assign.value;
	}
	if (!target || target->kind != PY_Attribute || !str_eq(target->u.attribute.attr, attr))
		return NULL;
	return value;
}

static const struct py_node *maker_of_attribute(const struct py_node *expr)
{
	const struct py_node *class_def = idiom_class_around(expr), *found = NULL;

	if (!class_def || class_def->end_node - class_def > MAX_NODES ||
		expr->u.attribute.value->kind != PY_Name)
		return NULL;
	PY_EACH (n, class_def) {
		const struct py_node *value = value_assigned(n, expr->u.attribute.attr);

		if (!value || py_is_constant(value, PY_CONST_NONE))
			continue;
		if (found)
			return NULL;
		found = value;
	}
	return as_call(found);
}

const struct py_node *receiver_maker(struct py_file *f, const struct py_node *expr)
{
	if (expr->kind == PY_Name)
		return maker_of_name(f, expr);
	if (expr->kind == PY_Attribute)
		return maker_of_attribute(expr);
	return as_call(expr);
}

const struct py_node *receiver_method(
	struct py_file *f, const struct py_node *expr, const char *const *methods)
{
	const struct py_node *top;
	const struct py_binding *b;

	if (expr->kind == PY_Name) {
		b = py_lookup(f, expr, expr->u.name.id);
		if (!b || py_uses_of(f, b).len > MAX_USES)
			return NULL;
		return py_method_called_on(f, b, methods);
	}
	if (expr->kind != PY_Attribute)
		return NULL;
	top = idiom_class_around(expr);
	if (!top)
		top = f->tree->root;
	if (top->end_node - top > MAX_NODES)
		return NULL;
	return py_method_called_on_attribute(f, top, expr->u.attribute.attr, methods);
}

/* Does `n` stand in the test of an if, a while, an assert or a conditional expression? */
static bool stands_in_test(const struct py_node *n, bool only_while)
{
	for (const struct py_node *p = n->parent; p && !py_is_scope(p); n = p, p = p->parent) {
		if (p->kind == PY_While)
			return p->u.cond.test == n;
		if (p->kind == PY_If)
			return !only_while && p->u.cond.test == n;
		if (p->kind == PY_Assert)
			return !only_while && p->u.assert_stmt.test == n;
		if (p->kind == PY_IfExp && p->u.if_exp.test == n)
			return !only_while;
	}
	return false;
}

bool receiver_is_tested(struct py_file *f, const struct py_node *at, const struct py_node *expr,
	const char *const *methods, bool only_while)
{
	const struct py_node *top = idiom_function_or_module(f, at);
	struct str text = py_text(f->tree, expr);

	if (top->end_node - top > MAX_NODES)
		return false;
	PY_EACH (n, top)
		if (n->kind == PY_Attribute && idiom_is_one_of(n->u.attribute.attr, methods) &&
			str_eq(py_text(f->tree, n->u.attribute.value), text) &&
			stands_in_test(n, only_while))
			return true;
	return false;
}

bool receiver_is_parameter(struct py_file *f, const struct py_node *expr)
{
	const struct py_binding *b;

	if (expr->kind != PY_Name)
		return false;
	b = py_only_binding(py_lookup(f, expr, expr->u.name.id));
	return b && b->kind == PY_BIND_PARAM;
}
