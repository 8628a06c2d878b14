/*
 * Types of variables: what each kind of binding gives, and what all of them agree on.
 */
#include "scan/py/sema.h"

static struct py_type annotated(struct py_file *f, const struct py_node *annotation)
{
	struct py_type t = annotation ? py_annotation_type(f, annotation) : py_unknown;

	t.declared = t.state == PY_TYPE_KNOWN;
	return t;
}

static struct py_type param_type(struct py_file *f, const struct py_binding *b)
{
	const struct py_node *args = b->node->parent, *local;
	struct py_type t = py_unknown;
	bool is_class;

	if (b->node == args->u.arguments.vararg || b->node == args->u.arguments.kwarg)
		return py_unknown;
	if (b->node->u.arg.annotation) /* holds for what callers pass, not for later assignments */
		t = py_annotation_type(f, b->node->u.arg.annotation);
	local = py_self_param(f, b->node, &is_class);
	/* `self: T`, `self: "Client"` of a mixin: what it is besides is not known here. */
	return local && !is_class && !t.local_class ? py_instance_of(local) : t;
}

static struct py_type assign_type(struct py_file *f, const struct py_binding *b)
{
	const struct py_node *p = b->node->parent;
	struct py_type t;

	if (p->kind == PY_AnnAssign && p->u.ann_assign.target == b->node) {
		t = annotated(f, p->u.ann_assign.annotation);
		if (t.state == PY_TYPE_KNOWN)
			return t;
	}
	return py_type(f, b->value);
}

/* Part i of the tuple type "(A, B)". */
static struct py_type tuple_part(struct py_type tuple, uint32_t i)
{
	struct str rest, part = STR_EMPTY;

	if (tuple.state != PY_TYPE_KNOWN || tuple.name.ptr[0] != '(')
		return py_unknown;
	rest = str_slice(tuple.name.ptr + 1, tuple.name.len - 2);
	for (uint32_t at = 0; str_next(&rest, ',', &part); at++)
		if (at == i)
			return py_known(str_trim(part));
	return py_unknown;
}

/* `reader, writer = await asyncio.open_connection()`. */
static struct py_type unpack_type(struct py_file *f, const struct py_binding *b)
{
	const struct py_node *tuple = b->node->parent;

	if (tuple->kind != PY_Tuple || tuple->parent->kind != PY_Assign || !b->value)
		return py_unknown;
	for (uint32_t i = 0; i < tuple->u.sequence.elts.len; i++) {
		if (tuple->u.sequence.elts.items[i]->kind == PY_Starred)
			break;
		if (tuple->u.sequence.elts.items[i] == b->node)
			return tuple_part(py_type(f, b->value), i);
	}
	return py_unknown;
}

static struct py_type with_type(struct py_file *f, const struct py_binding *b)
{
	const struct py_node *item = b->node->parent;

	return py_entered_type(f, b->value, item->parent->kind == PY_AsyncWith);
}

/* `for x in xs`, not a part of an unpacked item. */
static struct py_type for_type(struct py_file *f, const struct py_binding *b)
{
	const struct py_node *p = b->node->parent;
	bool is_plain = p->kind == PY_For     ? p->u.loop.target == b->node
		: p->kind == PY_comprehension ? p->u.comprehension.target == b->node && !p->is_async
					      : false;

	return is_plain && b->value ? py_element_type(f, b->value) : py_unknown;
}

/* A property read through an instance. */
static struct py_type property_type(struct py_file *f, const struct py_binding *b)
{
	if (b->scope->kind != PY_SCOPE_CLASS || b->node->kind != PY_FunctionDef ||
		!b->node->u.function.returns || !py_is_property(f, b->node))
		return py_unknown;
	return annotated(f, b->node->u.function.returns);
}

/* Only a name alone can be annotated; `a, b: int` is a syntax error that parsers let through. */
static struct py_type annotation_type(struct py_file *f, const struct py_binding *b)
{
	const struct py_node *site = b->node->parent;

	return site->kind == PY_AnnAssign ? annotated(f, site->u.ann_assign.annotation)
					  : py_unknown;
}

struct py_type py_binding_type(struct py_file *f, const struct py_binding *b)
{
	switch (b->kind) {
	case PY_BIND_PARAM:
		return param_type(f, b);
	case PY_BIND_ASSIGN:
		return assign_type(f, b);
	case PY_BIND_ANNOTATION:
		return annotation_type(f, b);
	case PY_BIND_WITH:
		return with_type(f, b);
	case PY_BIND_FOR:
		return for_type(f, b);
	case PY_BIND_UNPACK:
		return unpack_type(f, b);
	case PY_BIND_DEF:
		return property_type(f, b);
	default:
		return py_unknown;
	}
}

static struct py_type agreed_type(struct py_file *f, const struct py_binding *first, bool *pending)
{
	struct py_merge m = {0};

	*pending = false;
	if (py_has_many_bindings(first))
		return py_unknown;
	for (const struct py_binding *b = first; b; b = b->next) {
		struct py_type t = py_binding_type(f, b);

		/* A declaration that says nothing we know leaves the word to the values. */
		if (b->kind != PY_BIND_ANNOTATION || t.state == PY_TYPE_KNOWN)
			py_merge_add(&m, t);
	}
	*pending = m.pending;
	return py_merge_result(&m);
}

/* With the variable assumed to have type `slot->type`: do the bindings that use it agree? */
static struct py_type checked_type(struct py_file *f, struct py_slot *slot)
{
	struct py_type again;
	bool pending;

	slot->type_memo = PY_MEMO_ASSUMED;
	again = agreed_type(f, slot->first, &pending);
	return pending ? py_unknown : again;
}

struct py_type py_slot_type(struct py_file *f, struct py_slot *slot)
{
	struct py_sema *s = f->sema;
	uint32_t provisional = s->provisional;
	bool pending;

	if (slot->type_memo == PY_MEMO_DONE)
		return slot->type;
	if (slot->type_memo != PY_MEMO_EMPTY) {
		s->provisional++;
		return slot->type_memo == PY_MEMO_ASSUMED
			? slot->type
			: (struct py_type){.state = PY_TYPE_PENDING};
	}
	if (!py_enter(s))
		return py_unknown;
	s->busy++;
	slot->type_memo = PY_MEMO_BUSY;
	slot->type = agreed_type(f, slot->first, &pending);
	if (pending && slot->type.state == PY_TYPE_KNOWN)
		slot->type = checked_type(f, slot);
	py_leave(s);
	if (--s->busy == 0) /* nothing else is being typed: the answer is final */
		s->provisional = provisional;
	slot->type_memo = s->provisional == provisional ? PY_MEMO_DONE : PY_MEMO_EMPTY;
	if (slot->type_memo == PY_MEMO_DONE && slot->type.state == PY_TYPE_PENDING)
		slot->type = py_unknown;
	return slot->type;
}
