/*
 * Lowering of parameter lists of def and lambda into an `arguments` node.
 */
#include "scan/py/lower.h"

/* The lists of one arguments node while they grow; each has room for all parameters. */
struct parameters {
	struct py_list args, kwonlyargs, defaults, kw_defaults;
	uint32_t posonly_count;
	bool keyword_only; /* after `*` or `*args` */
};

static void put(struct py_list *list, struct py_node *n)
{
	list->items[list->len++] = n;
}

static struct py_node *new_arg(struct lower *l, uint32_t i, uint32_t name, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_arg, i, parent);

	n->u.arg.arg = l->cst[name].kind == CST_identifier ? lower_name(l, name) : STR_EMPTY;
	n->end = l->cst[name].end;
	return n;
}

/* The name in *args or **kw is where CPython's arg starts. */
static struct py_node *new_splat_arg(
	struct lower *l, uint32_t i, uint32_t splat, struct py_node *parent)
{
	uint32_t name = first_operand(l, splat);
	struct py_node *n = new_arg(l, i, name ? name : splat, parent);

	node_start_at(l, n, l->cst[name ? name : splat].start);
	return n;
}

static void annotate(struct lower *l, struct py_node *arg, uint32_t type)
{
	if (!type)
		return;
	arg->u.arg.annotation = lower_expr(l, type, arg, PY_LOAD);
	arg->end = l->cst[type].end;
	node_close(l, arg);
}

/* Python 2's `def f((a, b)):` has a parameter without a name; its targets stand where an
 * annotation would. */
static void unpack(struct lower *l, struct py_node *arg, uint32_t name)
{
	arg->u.arg.annotation = lower_expr(l, name, arg, PY_STORE);
	node_close(l, arg);
}

static void put_arg(struct parameters *p, struct py_node *arg, struct py_node *default_value)
{
	put(p->keyword_only ? &p->kwonlyargs : &p->args, arg);
	if (p->keyword_only)
		put(&p->kw_defaults, default_value);
	else if (default_value)
		put(&p->defaults, default_value);
}

static void lower_plain(struct lower *l, uint32_t i, struct py_node *n, struct parameters *p)
{
	uint8_t kind = l->cst[i].kind;
	bool bare = kind == CST_identifier || kind == CST_tuple_pattern;
	uint32_t name = bare ? i : first_operand(l, i);
	uint32_t type = find_child(l, i, CST_type);
	struct py_node *arg, *default_value = NULL;

	if (!name)
		return;
	arg = new_arg(l, i, name, n);
	if (l->cst[name].kind == CST_tuple_pattern)
		unpack(l, arg, name);
	else if (!bare)
		annotate(l, arg, type);
	if (kind == CST_default_parameter || kind == CST_typed_default_parameter)
		default_value = lower_expr(l, next_operand(l, i, type ? type : name), n, PY_LOAD);
	put_arg(p, arg, default_value);
}

/* A second *args is wrong; it becomes a plain parameter, so that its name is there. */
static void lower_splat(
	struct lower *l, uint32_t i, uint32_t splat, struct py_node *n, struct parameters *p)
{
	bool dictionary = l->cst[splat].kind == CST_dictionary_splat_pattern;
	struct py_node **slot = dictionary ? &n->u.arguments.kwarg : &n->u.arguments.vararg;
	struct py_node *arg = new_splat_arg(l, i, splat, n);

	if (i != splat)
		annotate(l, arg, find_child(l, i, CST_type));
	p->keyword_only |= !dictionary;
	if (*slot)
		put_arg(p, arg, NULL);
	else
		*slot = arg;
}

static void lower_parameter(struct lower *l, uint32_t i, struct py_node *n, struct parameters *p)
{
	uint32_t first = l->cst[i].kind == CST_typed_parameter ? first_operand(l, i) : i;

	switch (l->cst[first].kind) {
	case CST_positional_separator:
		p->posonly_count = p->args.len;
		break;
	case CST_keyword_separator:
		p->keyword_only = true;
		break;
	case CST_list_splat_pattern:
	case CST_dictionary_splat_pattern:
		lower_splat(l, i, first, n, p);
		break;
	default:
		lower_plain(l, i, n, p);
	}
}

static struct parameters new_parameters(struct lower *l, uint32_t count)
{
	struct py_node **items = ARENA_ARRAY(l->arena, (size_t)count * 4, struct py_node *);

	return (struct parameters){
		.args = {items, 0},
		.kwonlyargs = {items + count, 0},
		.defaults = {items + 2 * (size_t)count, 0},
		.kw_defaults = {items + 3 * (size_t)count, 0},
	};
}

static void publish(struct py_node *n, const struct parameters *p)
{
	n->u.arguments.posonlyargs = (struct py_list){p->args.items, p->posonly_count};
	n->u.arguments.args =
		(struct py_list){p->args.items + p->posonly_count, p->args.len - p->posonly_count};
	n->u.arguments.kwonlyargs = p->kwonlyargs;
	n->u.arguments.defaults = p->defaults;
	n->u.arguments.kw_defaults = p->kw_defaults;
}

struct py_node *lower_parameters(
	struct lower *l, uint32_t i, struct py_node *parent, uint32_t offset)
{
	struct py_node *n = node_new(l, PY_arguments, i, parent);
	struct parameters p;

	if (!i) {
		n->end = offset;
		node_start_at(l, n, offset);
		return n;
	}
	p = new_parameters(l, operand_count(l, i));
	CST_EACH (l, c, i)
		if (is_operand(l, c))
			lower_parameter(l, c, n, &p);
	publish(n, &p);
	node_close(l, n);
	return n;
}
