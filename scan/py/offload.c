/*
 * Callables that are handed to something which runs them elsewhere. Data: the functions and methods
 * that do so, by qualified name (data/offloaders.tsv), and methods known by their name alone.
 */
#include "scan/py/sema.h"

extern const struct table table_scan_py_data_offloaders;

/* The call in whose arguments `e` stands as itself, or NULL. */
static const struct py_node *receiving_call(const struct py_node *e)
{
	const struct py_node *p = e->parent;

	if (p && p->kind == PY_keyword && p->u.keyword.value == e) {
		e = p;
		p = p->parent;
	}
	return p && p->kind == PY_Call && p->u.call.func != e ? p : NULL;
}

/* `a if c else b`, `a or b`: each of them may be what is meant. */
static const struct py_node *through_choice(const struct py_node *e)
{
	for (const struct py_node *p = e->parent; p; p = e->parent) {
		if (p->kind != PY_BoolOp && (p->kind != PY_IfExp || p->u.if_exp.test == e))
			break;
		e = p;
	}
	return e;
}

static bool mentions(struct str name, const char *word)
{
	size_t n = str_from(word).len;

	for (size_t i = 0; i + n <= name.len; i++)
		if (str_starts(str_drop(name, i), word))
			return true;
	return false;
}

/* `executor.submit`, `self._pool.map` with a receiver of unknown type that is named like one. */
static bool is_executor_method(struct py_file *f, const struct py_node *func)
{
	const struct py_node *base = func->u.attribute.value;
	struct str name = STR_EMPTY;

	if (!str_is(func->u.attribute.attr, "submit") && !str_is(func->u.attribute.attr, "map"))
		return false;
	if (py_names_of(f, func)->len || py_callee(f, func))
		return false;
	if (base->kind == PY_Name)
		name = base->u.name.id;
	else if (base->kind == PY_Attribute)
		name = base->u.attribute.attr;
	return mentions(name, "executor") || mentions(name, "pool");
}

static bool is_offloader(struct py_file *f, const struct py_node *func)
{
	const struct py_names *names = py_names_of(f, func);
	const struct py_node *class_def;

	for (uint32_t i = 0; i < names->len; i++)
		if (table_find(&table_scan_py_data_offloaders, names->items[i]))
			return true;
	class_def = py_class_named(f, func); /* class Worker(threading.Thread) */
	if (class_def) {
		const struct py_lineage *l = py_lineage_of(f, class_def);

		for (uint32_t i = 0; i < l->len; i++)
			if (table_find(&table_scan_py_data_offloaders, l->items[i].name))
				return true;
	}
	if (func->kind != PY_Attribute)
		return false;
	/* No other well-known class has methods of these names. */
	if (str_is(func->u.attribute.attr, "run_in_executor") ||
		str_is(func->u.attribute.attr, "async_add_executor_job"))
		return !py_callee(f, func);
	return is_executor_method(f, func);
}

bool py_is_offloaded(struct py_file *f, const struct py_node *expr)
{
	const struct py_node *call;

	if (!expr || (expr->kind != PY_Name && expr->kind != PY_Attribute))
		return false;
	for (call = receiving_call(through_choice(expr)); call;
		call = receiving_call(through_choice(call))) {
		if (is_offloader(f, call->u.call.func))
			return true;
		if (!py_resolves_to(f, call->u.call.func, "functools.partial"))
			return false;
		if (py_arg(call, 0) && is_offloader(f, py_arg(call, 0)))
			return true; /* partial(to_thread, f) */
	}
	return false;
}
