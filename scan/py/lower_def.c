/*
 * Lowering of def and class, with their decorators.
 */
#include "scan/py/lower.h"

/* `outer` is the decorated_definition, 0 for none. */
static void lower_decorators(
	struct lower *l, uint32_t outer, struct py_node *n, struct py_list *out)
{
	size_t mark = list_begin(l);

	if (outer)
		CST_EACH (l, c, outer)
			if (l->cst[c].kind == CST_decorator)
				list_push(l, lower_expr(l, first_operand(l, c), n, PY_LOAD));
	list_end(l, mark, out);
}

static struct py_node *lower_function(
	struct lower *l, uint32_t i, uint32_t outer, struct py_node *parent)
{
	bool is_async = find_child(l, i, CST_TOK_ASYNC);
	struct py_node *n = node_new(l, is_async ? PY_AsyncFunctionDef : PY_FunctionDef, i, parent);
	uint32_t parameters = find_child(l, i, CST_parameters);
	uint32_t returns = find_child(l, i, CST_type);

	n->u.function.name = lower_name(l, find_child(l, i, CST_identifier));
	n->u.function.args = lower_parameters(l, parameters, n, n->start);
	lower_suite(l, i, n, &n->u.function.body);
	lower_decorators(l, outer, n, &n->u.function.decorators);
	if (returns)
		n->u.function.returns = lower_expr(l, returns, n, PY_LOAD);
	n->end = cst_end(l, i);
	node_close(l, n);
	return n;
}

static struct py_node *lower_class(
	struct lower *l, uint32_t i, uint32_t outer, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_ClassDef, i, parent);
	uint32_t bases = find_child(l, i, CST_argument_list);

	n->u.class_def.name = lower_name(l, find_child(l, i, CST_identifier));
	if (bases)
		lower_call_arguments(l, bases, n, &n->u.class_def.bases, &n->u.class_def.keywords);
	lower_suite(l, i, n, &n->u.class_def.body);
	lower_decorators(l, outer, n, &n->u.class_def.decorators);
	n->end = cst_end(l, i);
	node_close(l, n);
	return n;
}

struct py_node *lower_definition(struct lower *l, uint32_t i, struct py_node *parent)
{
	uint32_t outer = 0;

	if (l->cst[i].kind == CST_decorated_definition) {
		outer = i;
		i = find_child(l, outer, CST_function_definition);
		if (!i)
			i = find_child(l, outer, CST_class_definition);
		if (!i)
			return lower_error_stmt(l, outer, parent);
	}
	return l->cst[i].kind == CST_class_definition ? lower_class(l, i, outer, parent)
						      : lower_function(l, i, outer, parent);
}
