/*
 * Variables: what binds a name, and which scope the name lives in.
 *
 * The pass of scope.c hands every node to py_collect, which notes bindings and declarations.
 * py_link then makes variables of them; only then are all `global` and `nonlocal` statements
 * known, wherever they stand. Variables are found by (scope, name) in one hash table of the file.
 */
#include "scan/base/hash.h"
#include "scan/py/sema.h"

/* ---- the table of variables ---- */

static uint64_t slot_hash(const struct py_scope *s, uint64_t name_hash)
{
	return name_hash ^ (s->more->number + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static struct py_slot **probe(
	const struct py_sema *s, const struct py_scope *scope, struct str name, uint64_t hash)
{
	uint32_t mask = s->slot_cap - 1;

	for (uint32_t i = (uint32_t)(hash >> 32) & mask;; i = (i + 1) & mask) {
		struct py_slot *slot = s->table[i];

		if (!slot ||
			(slot->hash == hash && slot->scope == scope && str_eq(slot->name, name)))
			return &s->table[i];
	}
}

static void grow(struct py_sema *s)
{
	s->slot_cap = s->slot_cap ? s->slot_cap * 2 : 64;
	s->table = ARENA_ARRAY(s->arena, s->slot_cap, struct py_slot *);
	for (struct py_slot *slot = s->slots; slot; slot = slot->after)
		*probe(s, slot->scope, slot->name, slot->hash) = slot;
}

static struct py_slot *find_hashed(const struct py_scope *s, struct str name, uint64_t name_hash)
{
	const struct py_sema *sema = s->more->sema;

	return sema->slot_cap ? *probe(sema, s, name, slot_hash(s, name_hash)) : NULL;
}

struct py_slot *py_slot_find(const struct py_scope *s, struct str name)
{
	return find_hashed(s, name, hash_bytes(name));
}

struct py_slot *py_slot_put(struct py_scope *s, struct str name)
{
	struct py_sema *sema = s->more->sema;
	uint64_t hash = slot_hash(s, hash_bytes(name));
	struct py_slot **place, *slot;

	if ((sema->slot_count + 1) * 4 > sema->slot_cap * 3)
		grow(sema);
	place = probe(sema, s, name, hash);
	if (*place)
		return *place;
	slot = *place = ARENA_NEW(sema->arena, struct py_slot);
	slot->name = name;
	slot->scope = s;
	slot->hash = hash;
	sema->slot_count++;
	*sema->slots_end = slot;
	sema->slots_end = &slot->after;
	return slot;
}

struct py_slot *py_slot_seen(const struct py_scope *s, struct str name)
{
	uint64_t hash = hash_bytes(name);
	const struct py_scope *start = s;

	for (; s; s = s->parent) {
		struct py_slot *slot;

		if (s->kind == PY_SCOPE_CLASS && s != start)
			continue; /* class bodies are not seen from functions in them */
		slot = find_hashed(s, name, hash);
		if (slot && slot->declared == PY_GLOBAL) {
			slot = find_hashed(s->more->sema->file->module, name, hash);
			return slot && slot->first ? slot : NULL;
		}
		if (slot && slot->first)
			return slot;
	}
	return NULL;
}

void py_slot_add(struct py_slot *slot, struct py_binding *b)
{
	struct py_binding **place = &slot->first;

	b->scope = slot->scope;
	if (slot->last && slot->last->node <= b->node)
		place = &slot->last->next;
	else
		while (*place && (*place)->node <= b->node)
			place = &(*place)->next;
	b->next = *place;
	*place = b;
	if (!b->next)
		slot->last = b;
}

bool py_has_many_bindings(const struct py_binding *first)
{
	uint32_t n = 0;

	for (; first && n <= PY_MAX_BINDINGS; first = first->next)
		n++;
	return n > PY_MAX_BINDINGS;
}

bool py_bound_anywhere(struct py_file *f, struct str name)
{
	for (const struct py_slot *s = f->sema->slots; s; s = s->after)
		if (s->first && str_eq(s->name, name) && s->scope->more->instance != s->scope)
			return true;
	return false;
}

/* ---- collecting ---- */

static const struct py_node *scope_node_around(const struct py_scope *s)
{
	while (s->kind == PY_SCOPE_COMP)
		s = s->parent;
	return s->node;
}

struct py_binding *py_bind(struct py_scope *s, enum py_binding_kind kind, struct str name,
	const struct py_node *node, const struct py_node *value)
{
	struct py_bound *b = ARENA_NEW(s->more->sema->arena, struct py_bound);

	b->binding.kind = kind;
	b->binding.name = name;
	b->binding.node = node;
	b->binding.value = value;
	b->binding.scope = s;
	b->binding.site = scope_node_around(s);
	return &b->binding;
}

static void collect(struct py_file *f, struct py_scope *s, enum py_binding_kind kind,
	struct str name, const struct py_node *node, const struct py_node *value)
{
	struct py_binding *b;

	if (!name.len)
		return;
	b = py_bind(s, kind, name, node, value);
	*f->sema->bounds_end = (struct py_bound *)b;
	f->sema->bounds_end = &((struct py_bound *)b)->after;
}

/* The part of `value` that a target of `a, b = x, y` gets; NULL when that cannot be told. */
static const struct py_node *matching_part(
	const struct py_node *targets, const struct py_node *target, const struct py_node *value)
{
	struct py_list to = targets->u.sequence.elts, from;
	const struct py_node *part = NULL;

	if (!value || (value->kind != PY_Tuple && value->kind != PY_List))
		return NULL;
	from = value->u.sequence.elts;
	if (to.len != from.len)
		return NULL;
	for (uint32_t i = 0; i < to.len; i++) {
		if (to.items[i]->kind == PY_Starred || from.items[i]->kind == PY_Starred)
			return NULL;
		if (to.items[i] == target)
			part = from.items[i];
	}
	return part;
}

static bool is_sequence_target(const struct py_node *p)
{
	return p->kind == PY_Tuple || p->kind == PY_List || p->kind == PY_Starred;
}

static enum py_binding_kind assigned(
	const struct py_node *target, const struct py_node *top, const struct py_node **value)
{
	const struct py_node *part;

	*value = top->parent->u.assign.value;
	if (top == target)
		return PY_BIND_ASSIGN;
	if (target->parent != top || top->kind == PY_Starred)
		return PY_BIND_UNPACK;
	part = matching_part(top, target, *value);
	if (!part)
		return PY_BIND_UNPACK;
	*value = part;
	return PY_BIND_ASSIGN;
}

enum py_binding_kind py_target_kind(const struct py_node *target, const struct py_node **value)
{
	const struct py_node *top = target, *p;

	while (is_sequence_target(top->parent))
		top = top->parent;
	p = top->parent;
	switch (p->kind) {
	case PY_Assign:
		return assigned(target, top, value);
	case PY_AugAssign:
		*value = p->u.aug_assign.value;
		return PY_BIND_AUGMENT;
	case PY_NamedExpr:
		*value = p->u.aug_assign.value;
		return PY_BIND_ASSIGN;
	case PY_AnnAssign:
		*value = p->u.ann_assign.value;
		return *value ? PY_BIND_ASSIGN : PY_BIND_ANNOTATION;
	case PY_For:
	case PY_AsyncFor:
		*value = p->u.loop.iter;
		return PY_BIND_FOR;
	case PY_comprehension:
		*value = p->u.comprehension.iter;
		return PY_BIND_FOR;
	case PY_withitem:
		*value = p->u.withitem.context_expr;
		return top == target ? PY_BIND_WITH : PY_BIND_UNPACK;
	case PY_Delete:
		*value = NULL;
		return PY_BIND_DEL;
	default:
		*value = p->kind == PY_TypeAlias ? p->u.type_alias.value : NULL;
		return PY_BIND_UNPACK;
	}
}

static void collect_name(struct py_file *f, struct py_scope *s, const struct py_node *n)
{
	const struct py_node *value = NULL;
	enum py_binding_kind kind;

	if (n->op == PY_LOAD)
		return;
	kind = py_target_kind(n, &value);
	if (n->parent->kind == PY_NamedExpr) /* binds in the function around comprehensions */
		while (s->kind == PY_SCOPE_COMP)
			s = s->parent;
	collect(f, s, kind, n->u.name.id, n, value);
}

static void collect_alias(struct py_file *f, struct py_scope *s, const struct py_node *n)
{
	struct str name = n->u.alias.asname.len ? n->u.alias.asname : n->u.alias.name;
	ptrdiff_t dot = str_find(name, '.');

	if (str_is(name, "*")) {
		s->has_star_import = true;
		f->sema->has_star_import = true;
	} else if (n->parent->kind == PY_Import) {
		if (dot >= 0)
			name.len = (size_t)dot;
		collect(f, s, PY_BIND_IMPORT, name, n, NULL);
	} else {
		collect(f, s, PY_BIND_FROM, name, n, NULL);
	}
}

static void collect_declared(struct py_scope *s, const struct py_node *n)
{
	/* In a class body or at module level `global` changes nothing that matters here but for the
	 * class; nonlocal occurs in functions only. */
	s->more->declares = true;
	for (uint32_t i = 0; i < n->u.names.names.len; i++)
		py_slot_put(s, n->u.names.names.items[i])->declared =
			n->kind == PY_Global ? PY_GLOBAL : PY_NONLOCAL;
}

static void collect_pattern(struct py_file *f, struct py_scope *s, const struct py_node *n)
{
	for (uint32_t i = 0; i < n->u.pattern.binds.len; i++)
		collect(f, s, PY_BIND_PATTERN, n->u.pattern.binds.items[i], n, NULL);
}

/* Calls that see or change names without naming them. */
static void collect_call(struct py_file *f, struct py_scope *s, const struct py_node *n)
{
	const struct py_node *func = n->u.call.func;

	if (func->kind != PY_Name || func->u.name.id.len < 4 || func->u.name.id.len > 8)
		return;
	if (py_is_name(func, "globals"))
		f->module->calls_locals = true;
	if (py_is_name(func, "locals") || py_is_name(func, "eval") || py_is_name(func, "exec") ||
		py_is_name(func, "execfile") || (py_is_name(func, "vars") && !n->u.call.args.len))
		while (s) {
			s->calls_locals = true;
			s = s->kind == PY_SCOPE_COMP ? s->parent : NULL;
		}
}

void py_collect(struct py_file *f, const struct py_node *n)
{
	struct py_scope *s = f->sema->at[py_index(f, n)];

	switch (n->kind) {
	case PY_Name:
		collect_name(f, s, n);
		break;
	case PY_arg:
		collect(f, s, PY_BIND_PARAM, n->u.arg.arg, n, NULL);
		break;
	case PY_alias:
		collect_alias(f, s, n);
		break;
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
		collect(f, s, PY_BIND_DEF, n->u.function.name, n, NULL);
		break;
	case PY_ClassDef:
		collect(f, s, PY_BIND_CLASS, n->u.class_def.name, n, NULL);
		break;
	case PY_ExceptHandler:
		collect(f, s, PY_BIND_EXCEPT, n->u.handler.name, n, n->u.handler.type);
		break;
	case PY_pattern:
		collect_pattern(f, s, n);
		break;
	case PY_Global:
	case PY_Nonlocal:
		collect_declared(s, n);
		break;
	case PY_Call:
		collect_call(f, s, n);
		break;
	case PY_Exec:
		s->calls_locals = true;
		break;
	default:
		break;
	}
}

/* ---- linking ---- */

static enum py_declared declared_in(const struct py_scope *s, struct str name)
{
	const struct py_slot *slot = s->more->declares ? py_slot_find(s, name) : NULL;

	return slot ? (enum py_declared)slot->declared : PY_UNDECLARED;
}

/* Where a nonlocal name lives: the nearest function around that binds it itself. */
static struct py_scope *nonlocal_home(struct py_scope *s, struct str name)
{
	for (struct py_scope *p = s->parent; p && p->kind != PY_SCOPE_MODULE; p = p->parent) {
		const struct py_slot *slot =
			p->kind == PY_SCOPE_CLASS ? NULL : py_slot_find(p, name);

		if (slot && slot->first)
			return p;
	}
	return s;
}

void py_link(struct py_file *f)
{
	struct py_bound *b;

	for (b = f->sema->bounds; b; b = b->after)
		if (declared_in(b->binding.scope, b->binding.name) == PY_UNDECLARED)
			py_slot_add(py_slot_put(b->binding.scope, b->binding.name), &b->binding);
	for (b = f->sema->bounds; b; b = b->after) {
		struct py_scope *s = b->binding.scope;
		enum py_declared declared = declared_in(s, b->binding.name);

		if (declared == PY_GLOBAL)
			s = f->module;
		else if (declared == PY_NONLOCAL)
			s = nonlocal_home(s, b->binding.name);
		else
			continue;
		py_slot_add(py_slot_put(s, b->binding.name), &b->binding);
	}
}
