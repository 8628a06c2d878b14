/*
 * Calls within the file: which def or class an expression surely stands for.
 *
 * Surely means: one binding, decorators that change nothing, no assignment to the attribute, no
 * subclass in the file that makes something else of it. Everything else is unknown.
 */
#include "scan/py/sema.h"

extern const struct table table_scan_py_data_decorators;

/* ---- decorators ---- */

static const struct py_node *decorator_name(const struct py_node *d)
{
	return d->kind == PY_Call ? d->u.call.func : d;
}

static struct py_list decorators_of(const struct py_node *def)
{
	return def->kind == PY_ClassDef ? def->u.class_def.decorators : def->u.function.decorators;
}

/* `@x.setter` and its like, after a property x. */
static bool is_accessor(const struct py_node *def)
{
	struct py_list d = decorators_of(def);

	for (uint32_t i = 0; i < d.len; i++) {
		const struct py_node *n = d.items[i];

		if (n->kind == PY_Attribute && n->u.attribute.value->kind == PY_Name &&
			(str_is(n->u.attribute.attr, "setter") ||
				str_is(n->u.attribute.attr, "deleter") ||
				str_is(n->u.attribute.attr, "getter")) &&
			str_eq(n->u.attribute.value->u.name.id, def->u.function.name))
			return true;
	}
	return false;
}

/* The kind of a decorator in data/decorators.tsv; NULL: not known to be transparent. */
static const char *decorator_kind(struct py_file *f, const struct py_node *d)
{
	const struct py_names *names = py_names_of(f, decorator_name(d));
	const char *const *row;

	if (names->len != 1)
		return NULL;
	if (str_starts(names->items[0], "pytest.mark."))
		return "plain";
	row = table_find(&table_scan_py_data_decorators, names->items[0]);
	return row ? row[1] : NULL;
}

static bool has_kind(struct py_file *f, const struct py_node *def, const char *kind)
{
	struct py_list d = decorators_of(def);

	for (uint32_t i = 0; i < d.len; i++) {
		const char *k = decorator_kind(f, d.items[i]);

		if (k && str_is(str_from(k), kind))
			return true;
	}
	return false;
}

bool py_plain_decorators(struct py_file *f, const struct py_node *def)
{
	struct py_list d = decorators_of(def);

	for (uint32_t i = 0; i < d.len; i++)
		if (!decorator_kind(f, d.items[i]) && !is_accessor(def))
			return false;
	return true;
}

bool py_has_decorator(struct py_file *f, const struct py_node *def, const char *qualified)
{
	struct py_list d = decorators_of(def);

	for (uint32_t i = 0; i < d.len; i++)
		if (py_resolves_to(f, decorator_name(d.items[i]), qualified))
			return true;
	return false;
}

bool py_is_property(struct py_file *f, const struct py_node *def)
{
	return has_kind(f, def, "property") || is_accessor(def);
}

/* ---- defs ---- */

bool py_is_generator(const struct py_node *function)
{
	struct py_list body = function->u.function.body;
	const struct py_node *from, *to;

	if (!body.len)
		return false;
	from = body.items[0];
	to = body.items[body.len - 1]->end_node;
	for (const struct py_node *n = from; n < to; n++) {
		if (n->kind == PY_Yield || n->kind == PY_YieldFrom)
			return true;
		if (py_is_scope(n))
			n = n->end_node - 1;
	}
	return false;
}

/* The node that counts among several bindings: overload variants, accessors and bare annotations
 * are no defs of their own. NULL when others remain. */
static const struct py_node *only_real(struct py_file *f, const struct py_binding *first)
{
	const struct py_node *found = NULL;

	for (const struct py_binding *b = first; b; b = b->next) {
		if (b->kind == PY_BIND_DEF &&
			(has_kind(f, b->node, "overload") || (found && is_accessor(b->node))))
			continue;
		if (found || (b->kind != PY_BIND_DEF && b->kind != PY_BIND_CLASS))
			return NULL;
		found = b->node;
	}
	return found;
}

const struct py_node *py_slot_def(struct py_file *f, const struct py_slot *slot)
{
	const struct py_node *n = slot ? only_real(f, slot->first) : NULL;

	return n && py_is_function(n) ? n : NULL;
}

const struct py_node *py_method(struct py_file *f, const struct py_node *class_def, struct str name)
{
	const struct py_lineage *l = py_lineage_of(f, class_def);

	for (uint32_t i = 0; i < l->len; i++) {
		const struct py_slot *slot;

		if (!l->items[i].local)
			return NULL; /* may have it, or not */
		slot = py_slot_find(py_scope_of(f, l->items[i].local), name);
		if (slot && slot->first)
			return py_slot_def(f, slot);
	}
	return NULL;
}

/* ---- classes ---- */

/* `a = b` as the only binding of a: b. */
static const struct py_node *alias_value(const struct py_slot *slot)
{
	const struct py_binding *b = py_only_binding(slot->first);

	return b && b->kind == PY_BIND_ASSIGN ? b->value : NULL;
}

static const struct py_node *named_class(struct py_file *f, const struct py_node *name)
{
	const struct py_slot *slot = py_slot_seen(py_scope_at(f, name), name->u.name.id);
	const struct py_node *alias, *class_def;
	bool is_class = false;

	if (!slot)
		return NULL;
	if (!slot->first->next && slot->first->kind == PY_BIND_CLASS)
		return slot->first->node;
	class_def = py_self_class(f, name, &is_class);
	if (class_def)
		return is_class ? class_def : NULL;
	alias = alias_value(slot);
	return alias ? py_class_named(f, alias) : NULL;
}

/* `Outer.Inner`, `self.Inner`, `self.__class__`. */
static const struct py_node *member_class(struct py_file *f, const struct py_node *e)
{
	const struct py_node *base = e->u.attribute.value, *outer = py_class_named(f, base);
	const struct py_binding *b;
	bool is_class = true;

	if (!outer) {
		outer = py_self_class(f, base, &is_class);
		if (outer && str_is(e->u.attribute.attr, "__class__"))
			return outer;
	}
	if (!outer)
		return NULL;
	b = py_only_binding(py_scope_find(py_scope_of(f, outer), e->u.attribute.attr));
	return b && b->kind == PY_BIND_CLASS ? b->node : NULL;
}

/* type(self) */
static const struct py_node *class_of_self(struct py_file *f, const struct py_node *call)
{
	const struct py_node *class_def;
	bool is_class = false;

	if (!py_is_name(call->u.call.func, "type") || call->u.call.args.len != 1)
		return NULL;
	class_def = py_self_class(f, call->u.call.args.items[0], &is_class);
	return is_class ? NULL : class_def;
}

const struct py_node *py_class_named(struct py_file *f, const struct py_node *expr)
{
	const struct py_node *found = NULL;

	if (!expr || !py_enter(f->sema))
		return NULL;
	if (expr->kind == PY_Name)
		found = named_class(f, expr);
	else if (expr->kind == PY_Attribute)
		found = member_class(f, expr);
	else if (expr->kind == PY_Call)
		found = class_of_self(f, expr);
	py_leave(f->sema);
	return found;
}

/* ---- callees ---- */

static const struct py_node *plain(struct py_file *f, const struct py_node *def)
{
	return def && py_plain_decorators(f, def) && !py_is_property(f, def) ? def : NULL;
}

static void list_derived(struct py_file *f)
{
	struct py_sema *s = f->sema;

	s->derived = ARENA_ARRAY(f->arena, s->scope_count, struct py_scope *);
	for (uint32_t i = 0; i < s->scope_count; i++) {
		const struct py_lineage *l;

		if (s->scopes[i]->kind != PY_SCOPE_CLASS)
			continue;
		l = py_lineage_of(f, s->scopes[i]->node);
		for (uint32_t j = 1; j < l->len; j++)
			if (l->items[j].local) {
				s->derived[s->derived_count++] = s->scopes[i];
				break;
			}
	}
}

static bool overrides(struct py_file *f, const struct py_scope *sub,
	const struct py_node *class_def, const struct py_node *def)
{
	const struct py_slot *slot = py_slot_find(sub, def->u.function.name);
	const struct py_node *other;
	const struct py_lineage *l;

	if (sub->node == class_def || !slot || !slot->first)
		return false;
	l = py_lineage_of(f, sub->node);
	for (uint32_t i = 1; i < l->len; i++)
		if (l->items[i].local == class_def) {
			other = py_slot_def(f, slot);
			return !other || other->kind != def->kind;
		}
	return false;
}

/* Does a subclass in the file make something of another kind of the method? */
static bool is_overridden(
	struct py_file *f, const struct py_node *class_def, const struct py_node *def)
{
	struct py_sema *s = f->sema;
	struct py_slot *slot = py_slot_put(py_scope_of(f, class_def), def->u.function.name);

	if (slot->override_memo)
		return slot->override_memo == 2;
	if (!s->derived)
		list_derived(f);
	slot->override_memo = 1;
	for (uint32_t i = 0; i < s->derived_count && slot->override_memo == 1; i++)
		if (overrides(f, s->derived[i], class_def, def))
			slot->override_memo = 2;
	return slot->override_memo == 2;
}

static const struct py_node *method_of(
	struct py_file *f, const struct py_node *class_def, struct str name, bool may_be_subclass)
{
	const struct py_node *def = py_method(f, class_def, name);

	if (!def || py_is_assigned_member(f, class_def, name))
		return NULL;
	if (may_be_subclass && is_overridden(f, class_def, def))
		return NULL;
	return plain(f, def);
}

/* super().m(): looked for behind the class itself. */
static const struct py_node *super_method(
	struct py_file *f, const struct py_node *call, struct str name)
{
	const struct py_node *function = py_function_around(call);
	const struct py_node *class_def = function ? py_class_of(function) : NULL;
	struct py_list bases;
	const struct py_node *base;

	if (!py_is_name(call->u.call.func, "super") || !class_def)
		return NULL;
	bases = class_def->u.class_def.bases;
	base = bases.len == 1 ? py_class_named(f, bases.items[0]) : NULL;
	return base ? plain(f, py_method(f, base, name)) : NULL;
}

static const struct py_node *attribute_callee(struct py_file *f, const struct py_node *e)
{
	const struct py_node *base = e->u.attribute.value, *class_def;
	struct py_type t;

	if (base->kind == PY_Call && py_is_name(base->u.call.func, "super"))
		return super_method(f, base, e->u.attribute.attr);
	class_def = py_class_named(f, base);
	if (class_def)
		return method_of(f, class_def, e->u.attribute.attr,
			base->kind == PY_Name &&
				!str_eq(base->u.name.id, class_def->u.class_def.name));
	t = py_type(f, base);
	return t.state == PY_TYPE_KNOWN && t.local_class
		? method_of(f, t.local_class, e->u.attribute.attr, true)
		: NULL;
}

static const struct py_node *constructor(struct py_file *f, const struct py_node *class_def)
{
	if (class_def->u.class_def.decorators.len && !py_plain_decorators(f, class_def))
		return NULL;
	return plain(f, py_method(f, class_def, STR("__init__")));
}

static const struct py_node *name_callee(struct py_file *f, const struct py_node *e)
{
	const struct py_slot *slot = py_slot_seen(py_scope_at(f, e), e->u.name.id);
	const struct py_node *real = slot ? only_real(f, slot->first) : NULL;
	const struct py_node *alias;

	if (!slot)
		return NULL;
	if (real && py_is_function(real))
		return plain(f, real);
	alias = alias_value(slot);
	return alias && (alias->kind == PY_Name || alias->kind == PY_Attribute)
		? py_callee(f, alias)
		: NULL;
}

/* partial(f, …) stands for f. */
static const struct py_node *partial_callee(struct py_file *f, const struct py_node *call)
{
	return py_resolves_to(f, call->u.call.func, "functools.partial") && py_arg(call, 0)
		? py_callee(f, py_arg(call, 0))
		: NULL;
}

static const struct py_node *compute(struct py_file *f, const struct py_node *e)
{
	const struct py_node *found = NULL, *class_def;
	struct py_type t;

	if (e->kind == PY_Name)
		found = name_callee(f, e);
	else if (e->kind == PY_Attribute)
		found = attribute_callee(f, e);
	else if (e->kind == PY_Call)
		found = partial_callee(f, e);
	if (found)
		return found;
	class_def = py_class_named(f, e);
	if (class_def)
		return constructor(f, class_def);
	t = py_type(f, e); /* an object that is called */
	return t.state == PY_TYPE_KNOWN && t.local_class
		? method_of(f, t.local_class, STR("__call__"), true)
		: NULL;
}

const struct py_node *py_callee(struct py_file *f, const struct py_node *func_expr)
{
	struct py_sema *s = f->sema;
	uint32_t provisional = s->provisional;
	const struct py_node **memo, *found;

	if (!func_expr ||
		(func_expr->kind != PY_Name && func_expr->kind != PY_Attribute &&
			func_expr->kind != PY_Call))
		return NULL;
	if (!s->callees)
		s->callees = ARENA_ARRAY(f->arena, f->tree->node_count, const struct py_node *);
	memo = &s->callees[py_index(f, func_expr)];
	if (*memo)
		return *memo == f->tree->root ? NULL : *memo;
	if (!py_enter(s))
		return NULL;
	found = compute(f, func_expr);
	py_leave(s);
	if (s->provisional == provisional)
		*memo = found ? found : f->tree->root; /* the module is nobody's callee */
	return found;
}
