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

/* ---- branches ---- */

enum truth { NEVER, ALWAYS, SOMETIMES };

static bool is_constant_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] >= 'a' && name.ptr[i] <= 'z')
			return false;
	return name.len > 0;
}

static enum truth truth_of(struct py_file *f, const struct py_node *test)
{
	const struct py_binding *b;

	if (str_is(idiom_last_name(test), "TYPE_CHECKING"))
		return NEVER;
	if (test->kind == PY_Name && is_constant_name(test->u.name.id)) {
		b = py_only_binding(py_lookup(f, test, test->u.name.id));
		if (!b || b->kind != PY_BIND_ASSIGN || b->scope->kind != PY_SCOPE_MODULE ||
			!b->value)
			return SOMETIMES;
		test = b->value;
	}
	if (py_is_constant(test, PY_CONST_TRUE))
		return ALWAYS;
	return py_is_constant(test, PY_CONST_FALSE) ? NEVER : SOMETIMES;
}

static enum truth truth_of_test(struct py_file *f, const struct py_node *test)
{
	enum truth t;

	if (test->kind != PY_UnaryOp || test->op != PY_OP_NOT)
		return truth_of(f, test);
	t = truth_of(f, test->u.unary_op.operand);
	return t == SOMETIMES ? t : t == ALWAYS ? NEVER : ALWAYS;
}

static bool is_among(struct py_list list, const struct py_node *n)
{
	return list.len > 0 && n >= list.items[0] && n < list.items[list.len - 1]->end_node;
}

bool idiom_is_never_run(struct py_file *f, const struct py_node *n)
{
	for (const struct py_node *p = n->parent; p; p = p->parent) {
		enum truth t;

		if (p->kind != PY_If)
			continue;
		t = truth_of_test(f, p->u.cond.test);
		if ((t == NEVER && is_among(p->u.cond.body, n)) ||
			(t == ALWAYS && is_among(p->u.cond.orelse, n)))
			return true;
	}
	return false;
}

/* ---- URLs ---- */

/* data_url, parse_data_uri */
static bool is_named_data_url(struct str name)
{
	struct str word;

	while (str_next(&name, '_', &word))
		if (str_is(word, "data") && (str_starts(name, "url") || str_starts(name, "uri")))
			return true;
	return false;
}

bool idiom_is_local_url(const struct py_node *url)
{
	const struct py_node *function;

	if (!url)
		return false;
	if (py_is_constant(url, PY_CONST_STR))
		return str_starts(url->u.constant.text, "file:") ||
			str_starts(url->u.constant.text, "data:");
	function = py_function_around(url);
	return is_named_data_url(idiom_last_name(url)) ||
		(url->kind == PY_Name && function && is_named_data_url(function->u.function.name));
}

/* ---- what stands around ---- */

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

static bool binds_name(const struct py_node *top, struct str id)
{
	PY_EACH (n, top)
		if (n->kind == PY_Name && n->op == PY_STORE && str_eq(n->u.name.id, id))
			return true;
	return false;
}

bool idiom_depends_on_turn(const struct py_node *call, const struct py_node *loop)
{
	for (const struct py_node *n = call + 1; n < call->end_node; n++)
		if (n->kind == PY_Name && n->op == PY_LOAD && binds_name(loop, n->u.name.id))
			return true;
	return false;
}
