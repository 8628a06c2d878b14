/*
 * What going through an iterable gives: the type of a loop's variable. Known for displays and
 * comprehensions, for lists that are filled with append() alone, for what is annotated as a
 * collection, and for calls that the constructor table says to give many.
 */
#include <string.h>

#include "scan/py/sema.h"

#define MAX_USES 100 /* of a list that is filled */

extern const struct table table_scan_py_data_constructors;

static struct py_type elements_type(struct py_file *f, struct py_list elts)
{
	struct py_merge m = {0};

	for (uint32_t i = 0; i < elts.len; i++)
		py_merge_add(&m, py_type(f, elts.items[i]));
	return py_merge_result(&m);
}

static bool is_one_of(struct str s, const char *const *list)
{
	for (; *list; list++)
		if (str_is(s, *list))
			return true;
	return false;
}

/* ---- variables ---- */

/* The argument of `xs.append(x)`; NULL for another use. *changed: in a way that is not followed. */
static const struct py_node *appended(const struct py_node *use, bool *changed)
{
	static const char *const adds[] = {"append", "add", "appendleft", NULL};
	static const char *const others[] = {"extend", "insert", "update", "extendleft", NULL};
	const struct py_node *p = use->parent;

	if (p->kind == PY_Subscript && p->u.subscript.value == use)
		*changed = p->op != PY_LOAD;
	if (p->kind != PY_Attribute || p->parent->kind != PY_Call || p->parent->u.call.func != p)
		return NULL;
	*changed = is_one_of(p->u.attribute.attr, others);
	return is_one_of(p->u.attribute.attr, adds) ? py_arg(p->parent, 0) : NULL;
}

/* `threads = []` and `threads.append(Thread(…))`. */
static struct py_type filled_type(struct py_file *f, const struct py_binding *b)
{
	struct py_uses uses = py_uses_of(f, b);
	struct py_merge m = {0};

	if (uses.len > MAX_USES)
		return py_unknown;
	for (uint32_t i = 0; i < b->value->u.sequence.elts.len; i++)
		py_merge_add(&m, py_type(f, b->value->u.sequence.elts.items[i]));
	for (uint32_t i = 0; i < uses.len; i++) {
		bool changed = false;
		const struct py_node *item = appended(uses.items[i], &changed);

		if (changed)
			return py_unknown;
		if (item)
			py_merge_add(&m, py_type(f, item));
	}
	return py_merge_result(&m);
}

/* list[T], Sequence[T], Iterable[T] …: T. */
static struct py_type annotated_elements(struct py_file *f, const struct py_node *annotation)
{
	static const char *const names[] = {"list", "List", "set", "Set", "frozenset", "FrozenSet",
		"Sequence", "Iterable", "Iterator", "Collection", "MutableSequence", "deque", NULL};
	const struct py_node *base;

	if (!annotation || annotation->kind != PY_Subscript)
		return py_unknown;
	base = annotation->u.subscript.value;
	if (!is_one_of(base->kind == PY_Attribute   ? base->u.attribute.attr
			    : base->kind == PY_Name ? base->u.name.id
						    : STR_EMPTY,
		    names))
		return py_unknown;
	return py_annotation_type(f, annotation->u.subscript.slice);
}

static struct py_type variable_elements(struct py_file *f, const struct py_node *name)
{
	const struct py_binding *b = py_only_binding(py_lookup(f, name, name->u.name.id));
	const struct py_node *p = b ? b->node->parent : NULL;

	if (!b)
		return py_unknown;
	if (b->kind == PY_BIND_PARAM)
		return annotated_elements(f, b->node->u.arg.annotation);
	if (b->kind != PY_BIND_ASSIGN || !b->value)
		return py_unknown;
	if (p->kind == PY_AnnAssign)
		return annotated_elements(f, p->u.ann_assign.annotation);
	if (b->value->kind == PY_List)
		return filled_type(f, b);
	return b->value->kind == PY_Name ? py_unknown : py_element_type(f, b->value);
}

/* ---- calls ---- */

static struct py_type call_elements(struct py_file *f, const struct py_node *call)
{
	static const char *const wrappers[] = {"list", "sorted", "reversed", "set", NULL};
	const struct py_names *names = py_names_of(f, call->u.call.func);
	const char *const *row;

	if (names->len != 1)
		return py_unknown;
	if (is_one_of(names->items[0], wrappers) && py_arg(call, 0) &&
		py_arg(call, 0)->kind != PY_Call)
		return py_element_type(f, py_arg(call, 0));
	row = table_find(&table_scan_py_data_constructors, names->items[0]);
	return row && strcmp(row[2], "each") == 0 ? py_known(str_from(row[1])) : py_unknown;
}

struct py_type py_element_type(struct py_file *f, const struct py_node *iterable)
{
	struct py_type t = py_unknown;

	if (!py_enter(f->sema))
		return py_unknown;
	switch (iterable->kind) {
	case PY_List:
	case PY_Tuple:
	case PY_Set:
		t = elements_type(f, iterable->u.sequence.elts);
		break;
	case PY_ListComp:
	case PY_SetComp:
	case PY_GeneratorExp:
		t = py_type(f, iterable->u.comp.elt);
		break;
	case PY_Name:
		t = variable_elements(f, iterable);
		break;
	case PY_Call:
		t = call_elements(f, iterable);
		break;
	default:
		break;
	}
	py_leave(f->sema);
	t.declared = false;
	return t;
}
