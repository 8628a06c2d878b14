/*
 * Small questions about how Python code is written. They look at syntax and names only; what a name
 * means is asked of scan/py.
 */
#include "scan/rules/idiom.h"

struct str idiom_last_name(const struct py_node *expr)
{
	if (expr && expr->kind == PY_Attribute)
		return expr->u.attribute.attr;
	return expr && expr->kind == PY_Name ? expr->u.name.id : STR_EMPTY;
}

bool idiom_is_one_of(struct str s, const char *const *list)
{
	for (; *list; list++)
		if (str_is(s, *list))
			return true;
	return false;
}

bool idiom_starts_with_one_of(struct str s, const char *const *list)
{
	while (str_starts(s, "_"))
		s = str_drop(s, 1);
	for (; *list; list++)
		if (str_starts(s, *list))
			return true;
	return false;
}

static bool has_raises_item(const struct py_node *with)
{
	static const char *const names[] = {"raises", "assertRaises", "assertRaisesRegex",
		"assertRaisesRegexp", "RaisesGroup", NULL};
	struct py_list items = with->u.with.items;

	for (uint32_t i = 0; i < items.len; i++) {
		const struct py_node *e = items.items[i]->u.withitem.context_expr;

		if (e->kind == PY_Call && idiom_is_one_of(idiom_last_name(e->u.call.func), names))
			return true;
	}
	return false;
}

bool idiom_expects_error(const struct py_node *n)
{
	for (n = n->parent; n && !py_is_function(n); n = n->parent)
		if ((n->kind == PY_With || n->kind == PY_AsyncWith) && has_raises_item(n))
			return true;
	return false;
}

const struct py_node *idiom_function_or_module(struct py_file *f, const struct py_node *n)
{
	const struct py_node *function = py_function_around(n);

	return function ? function : f->tree->root;
}

const struct py_node *idiom_class_around(const struct py_node *n)
{
	while (n && n->kind != PY_ClassDef)
		n = n->parent;
	return n;
}

const struct py_node *idiom_def_named(struct py_file *f, const struct py_node *func)
{
	const struct py_node *local_class = NULL;
	const struct py_binding *b;

	if (func->kind == PY_Name) {
		b = py_only_binding(py_lookup(f, func, func->u.name.id));
		return b && b->kind == PY_BIND_DEF ? b->node : NULL;
	}
	if (func->kind != PY_Attribute)
		return NULL;
	local_class = py_class_named(f, func->u.attribute.value);
	if (!local_class)
		py_type_of(f, func->u.attribute.value, &local_class);
	return local_class ? py_method(f, local_class, func->u.attribute.attr) : NULL;
}
