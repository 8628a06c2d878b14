/*
 * Classes of the file: bases, and attributes assigned through self.
 *
 * Attributes are variables in an instance scope beside the class's own scope. All instance scopes
 * are filled in one pass when the first attribute is asked for.
 */
#include "scan/py/sema.h"

/* ---- bases ---- */

/* Bases that add no members a rule could mistake for others. */
static bool is_harmless_base(struct str name)
{
	static const char *const harmless[] = {
		"object", "abc.ABC", "typing.Generic", "typing.Protocol", "type"};

	for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
		if (str_is(name, harmless[i]))
			return true;
	return false;
}

static bool in_lineage(const struct py_lineage *l, const struct py_node *class_def)
{
	for (uint32_t i = 0; i < l->len; i++)
		if (l->items[i].local == class_def)
			return true;
	return false;
}

static struct py_ancestor ancestor_of(struct py_file *f, const struct py_node *base)
{
	struct py_ancestor a = {.local = py_class_named(f, base), .name = STR_EMPTY};
	const struct py_names *names;

	if (a.local)
		return a;
	if (base->kind == PY_Subscript) { /* Generic[T], Base[int] */
		base = base->u.subscript.value;
		a.local = py_class_named(f, base);
	}
	names = py_names_of(f, base);
	if (!a.local && names->len == 1)
		a.name = names->items[0];
	return a;
}

/* Bases yet to be visited, the next one last. */
struct todo {
	struct py_ancestor items[PY_MAX_ANCESTORS];
	uint32_t len;
};

static void push_bases(struct py_file *f, const struct py_node *class_def, struct todo *todo)
{
	struct py_list bases = class_def->u.class_def.bases;

	for (uint32_t i = bases.len; i > 0 && todo->len < PY_MAX_ANCESTORS; i--)
		todo->items[todo->len++] = ancestor_of(f, bases.items[i - 1]);
}

const struct py_lineage *py_lineage_of(struct py_file *f, const struct py_node *class_def)
{
	struct py_scope *scope = py_scope_of(f, class_def);
	struct py_lineage *l = scope->more->lineage;
	struct todo todo = {.items = {{.local = class_def}}, .len = 1};

	if (l)
		return l;
	l = scope->more->lineage = ARENA_NEW(f->arena, struct py_lineage);
	while (todo.len && l->len < PY_MAX_ANCESTORS) {
		struct py_ancestor a = todo.items[--todo.len];

		if (a.local ? in_lineage(l, a.local) : is_harmless_base(a.name))
			continue;
		l->items[l->len++] = a;
		if (a.local)
			push_bases(f, a.local, &todo);
	}
	return l;
}

/* ---- self and cls ---- */

static bool is_first_param(const struct py_node *function, const struct py_node *arg)
{
	const struct py_node *args = function->u.function.args;
	struct py_list first = args->u.arguments.posonlyargs.len ? args->u.arguments.posonlyargs
								 : args->u.arguments.args;

	return first.len && first.items[0] == arg;
}

static bool has_implicit_class(struct str method)
{
	return str_is(method, "__new__") || str_is(method, "__init_subclass__") ||
		str_is(method, "__class_getitem__");
}

/* By its spelling alone: resolving names here could ask for members while they are collected. */
static bool has_builtin_decorator(struct py_file *f, const struct py_node *def, const char *name)
{
	struct py_list d = def->u.function.decorators;

	for (uint32_t i = 0; i < d.len; i++)
		if (py_is_name(d.items[i], name) && !py_lookup(f, def, str_from(name)))
			return true;
	return false;
}

const struct py_node *py_self_param(struct py_file *f, const struct py_node *arg, bool *is_class)
{
	const struct py_node *function = arg->parent->parent;
	const struct py_node *class_def = py_is_function(function) ? py_class_of(function) : NULL;

	if (!class_def || !is_first_param(function, arg) ||
		has_builtin_decorator(f, function, "staticmethod"))
		return NULL;
	*is_class = has_implicit_class(function->u.function.name) ||
		str_is(arg->u.arg.arg, "cls") || str_is(arg->u.arg.arg, "mcs") ||
		has_builtin_decorator(f, function, "classmethod");
	return class_def;
}

const struct py_node *py_self_class(struct py_file *f, const struct py_node *name, bool *is_class)
{
	const struct py_binding *b;

	if (!name || name->kind != PY_Name)
		return NULL;
	b = py_only_binding(py_lookup(f, name, name->u.name.id));
	return b && b->kind == PY_BIND_PARAM ? py_self_param(f, b->node, is_class) : NULL;
}

/* ---- attributes ---- */

static void collect_member(struct py_file *f, const struct py_node *n)
{
	const struct py_node *value, *class_def;
	struct py_scope *scope;
	bool is_class;
	enum py_binding_kind kind;

	class_def = py_self_class(f, n->u.attribute.value, &is_class);
	if (!class_def)
		return;
	scope = py_scope_of(f, class_def);
	if (!scope->more->instance) {
		scope->more->instance =
			py_scope_new(f->sema, PY_SCOPE_CLASS, class_def, scope->parent);
		/* Its own number, or its names would meet those of another scope. */
		scope->more->instance->more->number = f->sema->scope_count + scope->more->number;
		scope->more->instance->more->instance = scope->more->instance;
	}
	kind = py_target_kind(n, &value);
	py_slot_add(py_slot_put(scope->more->instance, n->u.attribute.attr),
		py_bind(scope->more->instance, kind, n->u.attribute.attr, n, value));
}

static void collect_members(struct py_file *f)
{
	if (f->sema->has_attributes)
		return;
	f->sema->has_attributes = true;
	PY_EACH (n, f->tree->root)
		if (n->kind == PY_Attribute && n->op == PY_STORE)
			collect_member(f, n);
}

static struct py_slot *instance_slot(
	struct py_file *f, const struct py_node *class_def, struct str attr)
{
	struct py_scope *instance;

	collect_members(f);
	instance = py_scope_of(f, class_def)->more->instance;
	return instance ? py_slot_find(instance, attr) : NULL;
}

static struct py_slot *class_slot(
	struct py_file *f, const struct py_node *class_def, struct str attr)
{
	struct py_slot *slot = py_slot_find(py_scope_of(f, class_def), attr);

	return slot && slot->first ? slot : NULL;
}

/* `x: T` alone in a class body that says nothing we know does not count. */
static void add_slot_type(struct py_file *f, struct py_slot *slot, struct py_merge *m)
{
	struct py_type t;

	if (!slot)
		return;
	t = py_slot_type(f, slot);
	if (t.state != PY_TYPE_UNKNOWN || slot->first->next ||
		slot->first->kind != PY_BIND_ANNOTATION)
		py_merge_add(m, t);
}

struct py_type py_member_type(struct py_file *f, const struct py_node *local_class, struct str attr)
{
	const struct py_lineage *l = py_lineage_of(f, local_class);
	struct py_merge m = {0};

	if (!py_enter(f->sema))
		return py_unknown;
	for (uint32_t i = 0; i < l->len; i++) {
		if (!l->items[i].local)
			continue;
		add_slot_type(f, instance_slot(f, l->items[i].local, attr), &m);
		add_slot_type(f, class_slot(f, l->items[i].local, attr), &m);
	}
	py_leave(f->sema);
	return py_merge_result(&m);
}

bool py_is_assigned_member(struct py_file *f, const struct py_node *local_class, struct str attr)
{
	const struct py_lineage *l = py_lineage_of(f, local_class);

	for (uint32_t i = 0; i < l->len; i++)
		if (l->items[i].local && instance_slot(f, l->items[i].local, attr))
			return true;
	return false;
}

/* What a class attribute stands for; staticmethod(f) is f. */
static struct py_names class_alias(struct py_file *f, struct py_slot *slot)
{
	const struct py_node *value = slot->first->value;

	if (!slot->first->next && slot->first->kind == PY_BIND_ASSIGN && value->kind == PY_Call &&
		py_resolves_to(f, value->u.call.func, "staticmethod"))
		return *py_names_of(f, py_arg(value, 0));
	return *py_slot_names(f, slot);
}

static struct py_names outside_member(
	struct py_file *f, const struct py_lineage *l, struct str attr)
{
	struct py_names n = {.len = 0};

	for (uint32_t i = 0; i < l->len; i++) {
		if (l->items[i].local)
			continue;
		if (n.len || !l->items[i].name.len)
			return py_no_names; /* which of them has it? */
		n.items[n.len++] = py_canonical(f,
			arena_printf(
				f->arena, "%.*s.%.*s", STR_ARG(l->items[i].name), STR_ARG(attr)));
	}
	return n;
}

struct py_names py_member_names(
	struct py_file *f, const struct py_node *local_class, struct str attr)
{
	const struct py_lineage *l = py_lineage_of(f, local_class);
	struct py_slot *found = NULL;

	for (uint32_t i = 0; i < l->len; i++) {
		struct py_slot *slots[2];

		if (!l->items[i].local)
			continue;
		slots[0] = instance_slot(f, l->items[i].local, attr);
		slots[1] = class_slot(f, l->items[i].local, attr);
		for (int j = 0; j < 2; j++) {
			if (slots[j] && found)
				return py_no_names;
			found = slots[j] ? slots[j] : found;
		}
	}
	return found ? class_alias(f, found) : outside_member(f, l, attr);
}
