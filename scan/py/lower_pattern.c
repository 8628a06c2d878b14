/*
 * Lowering of the patterns of `case`, kept coarse: a pattern node for each pattern, with the
 * expressions (values, class names) and patterns inside it in source order, and the names that it
 * binds itself; those of its sub-patterns are theirs.
 */
#include "scan/py/lower.h"

/* a.b.c as a Name in Attributes. */
static struct py_node *lower_dotted(struct lower *l, uint32_t i, struct py_node *parent)
{
	size_t base = l->buf->spine.len;
	struct py_node *n;

	CST_EACH (l, c, i)
		if (is_operand(l, c))
			*vec_push(&l->buf->spine) = (struct spine_step){NULL, c};
	if (l->buf->spine.len == base)
		return lower_error_expr(l, i, parent);
	for (size_t k = l->buf->spine.len; k-- > base;) {
		uint32_t c = l->buf->spine.items[k].cst;

		n = node_new(l, k > base ? PY_Attribute : PY_Name, c, parent);
		node_start_at(l, n, l->cst[i].start);
		if (k > base)
			n->u.attribute.attr = lower_name(l, c);
		else
			n->u.name.id = lower_name(l, c);
		l->buf->spine.items[k].node = parent = n;
	}
	n = parent;
	for (size_t k = base; ++k < l->buf->spine.len; n = l->buf->spine.items[k].node) {
		l->buf->spine.items[k].node->u.attribute.value = n;
		node_close(l, l->buf->spine.items[k].node);
	}
	l->buf->spine.len = base;
	return n;
}

static bool is_wildcard(struct str name)
{
	return str_is(name, "_");
}

static void bind(struct lower *l, uint32_t identifier)
{
	struct str name = lower_name(l, identifier);

	if (name.len && !is_wildcard(name))
		names_push(l, name);
}

static bool is_value(enum cst_kind kind)
{
	switch (kind) {
	case CST_string:
	case CST_concatenated_string:
	case CST_integer:
	case CST_float:
	case CST_true:
	case CST_false:
	case CST_none:
		return true;
	default:
		return false;
	}
}

/* One part of a pattern: the class of a class_pattern and dotted values are expressions, a bare
 * name is a capture. */
static void lower_part(struct lower *l, uint32_t i, uint32_t pattern, struct py_node *n)
{
	uint8_t kind = l->cst[i].kind;

	if (kind == CST_identifier) {
		if (l->cst[pattern].kind != CST_keyword_pattern)
			bind(l, i);
	} else if (kind == CST_dotted_name) {
		bool is_class = l->cst[pattern].kind == CST_class_pattern;
		uint32_t first = first_operand(l, i);

		if (is_class || next_operand(l, i, first))
			list_push(l, lower_dotted(l, i, n));
		else
			bind(l, first);
	} else if (is_value(kind)) {
		list_push(l, lower_expr(l, i, n, PY_LOAD));
	} else {
		list_push(l, lower_pattern(l, i, n));
	}
}

/* A case_pattern is only a wrapper when there is just one pattern in it. */
static uint32_t unwrap(const struct lower *l, uint32_t i)
{
	while (l->cst[i].kind == CST_case_pattern) {
		uint32_t inner = first_operand(l, i);

		if (!inner || is_value(l->cst[inner].kind) || l->cst[inner].kind == CST_dotted_name)
			break;
		i = inner;
	}
	return i;
}

struct py_node *lower_pattern(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n;
	size_t nodes, names;

	if (l->depth >= LOWER_MAX_DEPTH)
		return lower_error_expr(l, i, parent);
	l->depth++;
	i = unwrap(l, i);
	n = node_new(l, PY_pattern, i, parent);
	nodes = list_begin(l);
	names = names_begin(l);
	CST_EACH (l, c, i)
		if (is_operand(l, c))
			lower_part(l, c, i, n);
	list_end(l, nodes, &n->u.pattern.children);
	names_end(l, names, &n->u.pattern.binds);
	node_close(l, n);
	l->depth--;
	return n;
}
