/*
 * Where the value of a call goes, as far as its own function shows: see sink.h.
 */
#include "scan/rules/sink.h"

#include "scan/base/mem.h"

/* Is `n` the part of `p` whose value p has or holds? Sets *contained for holding. */
static bool carries(const struct py_node *p, const struct py_node *n, bool *contained)
{
	switch (p->kind) {
	case PY_IfExp:
		return n != p->u.if_exp.test;
	case PY_BoolOp:
		return n == p->u.bool_op.values.items[p->u.bool_op.values.len - 1];
	case PY_NamedExpr:
		return false; /* bound and used: taken for read */
	case PY_ListComp:
	case PY_SetComp:
		*contained = true;
		return n == p->u.comp.elt;
	case PY_DictComp:
		*contained = true;
		return n == p->u.comp.value;
	case PY_List:
	case PY_Tuple:
	case PY_Set:
	case PY_Dict:
		*contained = true;
		return true;
	default:
		return false;
	}
}

struct sink sink_of(const struct py_node *n)
{
	struct sink s = {.kind = SINK_ELSEWHERE};

	while (carries(n->parent, n, &s.contained))
		n = n->parent;
	s.value = n;
	s.stmt = n->parent;
	if (s.stmt->kind == PY_Expr)
		s.kind = SINK_DROPPED;
	else if ((s.stmt->kind == PY_Assign && n == s.stmt->u.assign.value) ||
		(s.stmt->kind == PY_AnnAssign && n == s.stmt->u.ann_assign.value))
		s.kind = SINK_BOUND;
	return s;
}

const struct py_node *sink_carrier(const struct py_node *n)
{
	bool contained = false;

	while (carries(n->parent, n, &contained) && !contained)
		n = n->parent;
	return n;
}

/* ---- locals that are never read ---- */

/* The binding of a name that lives in the function where it is assigned, or NULL. */
static const struct py_binding *local_of(struct py_file *f, const struct py_node *target)
{
	const struct py_binding *b;

	if (target->kind != PY_Name)
		return NULL;
	b = py_lookup(f, target, target->u.name.id);
	if (!b || b->scope->kind != PY_SCOPE_FUNCTION || b->scope->calls_locals)
		return NULL;
	return b->scope == py_scope_at(f, target) ? b : NULL;
}

static bool is_never_read(struct py_file *f, const struct py_node *target)
{
	const struct py_binding *b;
	struct py_uses uses;

	if (py_is_name(target, "_"))
		return true;
	b = local_of(f, target);
	if (!b)
		return false;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->op == PY_LOAD)
			return false;
	return true;
}

/* The target that gets element `value` of a tuple assignment, or the target itself. */
static const struct py_node *matching_target(
	const struct py_node *target, const struct py_node *call, const struct py_node *value)
{
	if (target->kind != PY_Tuple || value->kind != PY_Tuple || call->parent != value ||
		target->u.sequence.elts.len != value->u.sequence.elts.len)
		return target;
	for (uint32_t i = 0; i < value->u.sequence.elts.len; i++)
		if (value->u.sequence.elts.items[i] == call)
			return target->u.sequence.elts.items[i];
	return target;
}

bool sink_is_unread(struct py_file *f, const struct sink *s, const struct py_node *call)
{
	struct py_list targets = s->stmt->u.assign.targets;

	if (s->kind != SINK_BOUND)
		return false;
	if (s->stmt->kind == PY_AnnAssign)
		return is_never_read(f, s->stmt->u.ann_assign.target);
	for (uint32_t i = 0; i < targets.len; i++)
		if (!is_never_read(f, matching_target(targets.items[i], call, s->value)))
			return false;
	return true;
}

/* ---- containers that only collect ---- */

static bool is_fresh_container(struct py_file *f, const struct py_node *n)
{
	static const char *const makers[] = {
		"list", "set", "dict", "collections.deque", "collections.defaultdict", NULL};

	if (!n)
		return false;
	if (n->kind == PY_Call)
		return py_resolves_to_any(f, n->u.call.func, makers) >= 0;
	return n->kind == PY_List || n->kind == PY_Set || n->kind == PY_Dict ||
		n->kind == PY_ListComp || n->kind == PY_SetComp || n->kind == PY_DictComp;
}

/* The call of a method of `n` that is a statement of its own: `tasks.append(x)`. */
static const struct py_node *method_statement(const struct py_node *n)
{
	const struct py_node *attribute = n->parent, *call = attribute->parent;

	if (attribute->kind != PY_Attribute || call->kind != PY_Call ||
		call->u.call.func != attribute || call->parent->kind != PY_Expr)
		return NULL;
	return call;
}

static bool is_collecting(const struct py_node *use)
{
	static const char *const methods[] = {"append", "add", "extend", "update", "insert", NULL};
	const struct py_node *call = method_statement(use);

	if (use->parent->kind == PY_Subscript && use->parent->op == PY_STORE)
		return use == use->parent->u.subscript.value;
	if (!call)
		return false;
	for (size_t i = 0; methods[i]; i++)
		if (str_is(call->u.call.func->u.attribute.attr, methods[i]))
			return true;
	return false;
}

/* Does the local do nothing but collect, in the one function that made it? */
static bool only_collects(struct py_file *f, const struct py_node *name)
{
	const struct py_binding *b = py_lookup(f, name, name->u.name.id);
	const struct py_node *function;
	struct py_uses uses;

	if (!b || b->scope->kind != PY_SCOPE_FUNCTION || b->scope->calls_locals)
		return false;
	function = b->scope->node;
	uses = py_uses_of(f, b);
	for (; b; b = b->next)
		if (b->kind != PY_BIND_ASSIGN || !is_fresh_container(f, b->value) ||
			b->scope != py_scope_at(f, b->node))
			return false;
	for (uint32_t i = 0; i < uses.len; i++) {
		if (uses.items[i]->op != PY_LOAD)
			continue;
		if (!is_collecting(uses.items[i]) || py_function_around(uses.items[i]) != function)
			return false;
	}
	return true;
}

/* The local container that a call's value is put into: `tasks.append(call)`, `tasks[k] = call`. */
static const struct py_node *container_of(const struct py_node *value)
{
	const struct py_node *p = value->parent, *target, *func;

	if (p->kind == PY_Assign && p->u.assign.value == value && p->u.assign.targets.len == 1) {
		target = p->u.assign.targets.items[0];
		if (target->kind == PY_Subscript && target->u.subscript.value->kind == PY_Name)
			return target->u.subscript.value;
	}
	if (p->kind != PY_Call || p->u.call.func->kind != PY_Attribute)
		return NULL;
	func = p->u.call.func->u.attribute.value;
	return func->kind == PY_Name && is_collecting(func) ? func : NULL;
}

static bool is_put_into(struct py_file *f, const struct sink *s)
{
	const struct py_node *container = container_of(s->value);

	return container && only_collects(f, container);
}

static bool is_unread_container(struct py_file *f, const struct sink *s)
{
	const struct py_node *target;

	if (s->kind != SINK_BOUND || !s->contained || s->stmt->kind != PY_Assign ||
		s->stmt->u.assign.targets.len != 1)
		return false;
	target = s->stmt->u.assign.targets.items[0];
	return target->kind == PY_Name && local_of(f, target) && only_collects(f, target);
}

bool sink_is_collected(struct py_file *f, const struct sink *s)
{
	return is_put_into(f, s) || is_unread_container(f, s);
}
