/*
 * Lowering of import statements.
 */
#include "scan/py/lower.h"

static bool is_dotted_char(char c)
{
	return c == '.' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* `a . b` is a.b: blanks and line joins may stand around the dots. */
static struct str lower_dotted_name(struct lower *l, uint32_t i)
{
	struct str text = lower_text(l, i);
	size_t clean = 0;
	char *copy;

	while (clean < text.len && is_dotted_char(text.ptr[clean]))
		clean++;
	if (clean == text.len)
		return lower_name(l, i);
	copy = arena_alloc(l->arena, text.len);
	clean = 0;
	for (size_t k = 0; k < text.len; k++)
		if (is_dotted_char(text.ptr[k]))
			copy[clean++] = text.ptr[k];
	return lower_intern(l, str_slice(copy, clean));
}

static struct py_node *lower_alias(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_alias, i, parent);
	uint32_t name = i;

	n->u.alias.asname = STR_EMPTY;
	if (l->cst[i].kind == CST_aliased_import) {
		name = first_operand(l, i);
		n->u.alias.asname = lower_name(l, next_operand(l, i, name));
	}
	n->u.alias.name = lower_dotted_name(l, name);
	return n;
}

static bool is_alias(enum cst_kind kind)
{
	return kind == CST_dotted_name || kind == CST_aliased_import || kind == CST_wildcard_import;
}

static void lower_aliases(
	struct lower *l, uint32_t i, uint32_t module, struct py_node *n, struct py_list *out)
{
	size_t mark = list_begin(l);

	CST_EACH (l, c, i)
		if (c != module && is_alias(l->cst[c].kind)) {
			struct py_node *alias = lower_alias(l, c, n);

			if (l->cst[c].kind == CST_wildcard_import)
				alias->u.alias.name = lower_intern(l, STR("*"));
			list_push(l, alias);
		}
	list_end(l, mark, out);
}

static uint32_t count_dots(const struct lower *l, uint32_t prefix)
{
	struct str text = lower_text(l, prefix);
	uint32_t dots = 0;

	for (size_t k = 0; k < text.len; k++)
		dots += text.ptr[k] == '.';
	return dots;
}

static void lower_module_name(struct lower *l, uint32_t module, struct py_node *n)
{
	uint32_t name = module, prefix;

	n->u.import_from.module = STR_EMPTY;
	if (l->cst[module].kind == CST_relative_import) {
		prefix = find_child(l, module, CST_import_prefix);
		n->u.import_from.level = prefix ? count_dots(l, prefix) : 0;
		name = find_child(l, module, CST_dotted_name);
	}
	if (name)
		n->u.import_from.module = lower_dotted_name(l, name);
}

/* What an import binds is too important to guess: a broken one is an ErrorStmt. */
struct py_node *lower_import(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n;
	uint32_t module;

	if (l->cst[i].flags & CST_HAS_ERROR)
		return lower_error_stmt(l, i, parent);
	if (l->cst[i].kind == CST_import_statement) {
		n = node_new(l, PY_Import, i, parent);
		lower_aliases(l, i, 0, n, &n->u.import.names);
		node_close(l, n);
		return n;
	}
	n = node_new(l, PY_ImportFrom, i, parent);
	if (l->cst[i].kind == CST_future_import_statement) {
		n->u.import_from.module = lower_intern(l, STR("__future__"));
		lower_aliases(l, i, 0, n, &n->u.import_from.names);
	} else {
		module = first_operand(l, i);
		lower_module_name(l, module, n);
		lower_aliases(l, i, module, n, &n->u.import_from.names);
	}
	node_close(l, n);
	return n;
}
