/*
 * Scopes: which one each node is evaluated in, and the questions about them.
 *
 * One pass over the preorder array does it: the parent of a node comes before the node, so the
 * scope of a node follows from its parent's and, below a node that makes a scope, from the field
 * the node stands in. What names are bound where is bind.c's.
 */
#include <stdlib.h>

#include "scan/py/sema.h"

struct py_scope *py_scope_new(struct py_sema *s, enum py_scope_kind kind,
	const struct py_node *node, struct py_scope *parent)
{
	struct py_scope *scope = ARENA_NEW(s->arena, struct py_scope);

	scope->kind = kind;
	scope->node = node;
	scope->parent = parent;
	scope->more = ARENA_NEW(s->arena, struct py_scope_more);
	scope->more->sema = s;
	scope->more->number = s->scope_count;
	return scope;
}

static int scope_kind(const struct py_node *n)
{
	switch (n->kind) {
	case PY_Module:
		return PY_SCOPE_MODULE;
	case PY_ClassDef:
		return PY_SCOPE_CLASS;
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
		return PY_SCOPE_FUNCTION;
	case PY_Lambda:
		return PY_SCOPE_LAMBDA;
	case PY_ListComp:
	case PY_SetComp:
	case PY_DictComp:
	case PY_GeneratorExp:
		return PY_SCOPE_COMP;
	default:
		return -1;
	}
}

static struct py_scope *open_scope(
	struct py_sema *s, int kind, const struct py_node *n, struct py_scope *parent)
{
	struct py_scope *scope = py_scope_new(s, (enum py_scope_kind)kind, n, parent);

	if (s->scope_count == s->scope_cap) {
		struct py_scope **old = s->scopes;

		s->scope_cap = s->scope_cap ? s->scope_cap * 2 : 32;
		s->scopes = ARENA_ARRAY(s->arena, s->scope_cap, struct py_scope *);
		for (uint32_t i = 0; i < s->scope_count; i++)
			s->scopes[i] = old[i];
	}
	s->scopes[s->scope_count++] = scope;
	return scope;
}

/* The scope of a child of a node that has the scope `inner`; `owner` is the innermost node around
 * that makes a scope, `own` that scope, `outer` the one in which the owner is evaluated. */
static struct py_scope *child_scope(const struct py_node *n, struct py_scope *inherited,
	struct py_scope *own, struct py_scope *outer)
{
	const struct py_node *p = n->parent;

	switch (p->kind) {
	case PY_Module:
	case PY_Lambda:
	case PY_ListComp:
	case PY_SetComp:
	case PY_DictComp:
	case PY_GeneratorExp:
		return own;
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
		return py_is_stmt(n) || n == p->u.function.args ? own : inherited;
	case PY_ClassDef:
		return py_is_stmt(n) ? own : inherited;
	case PY_arguments:
		return n->kind == PY_arg ? inherited : outer;
	case PY_arg:
		return outer;
	case PY_comprehension:
		return n == p->u.comprehension.iter && p == own->node->u.comp.generators.items[0]
			? outer
			: inherited;
	default:
		return inherited;
	}
}

/* Open scopes around the node in hand. */
typedef VEC(struct py_scope *) scope_stack;

static void visit(struct py_file *f, const struct py_node *n, scope_stack *open)
{
	struct py_sema *s = f->sema;
	struct py_scope *own = *vec_last(open);
	int kind;

	if (n == f->tree->root) {
		s->at[0] = f->module;
		return;
	}
	while (n >= own->node->end_node) {
		open->len--;
		own = *vec_last(open);
	}
	s->at[py_index(f, n)] =
		child_scope(n, s->at[py_index(f, n->parent)], own, s->at[py_index(f, own->node)]);
	kind = scope_kind(n);
	if (kind >= 0)
		*vec_push(open) = open_scope(s, kind, n, s->at[py_index(f, n)]);
	py_collect(f, n);
}

struct py_file *py_file_open(struct py_tree *tree)
{
	struct py_file *f = ARENA_NEW(tree->arena, struct py_file);
	scope_stack open = {0};

	f->tree = tree;
	f->arena = tree->arena;
	f->sema = ARENA_NEW(f->arena, struct py_sema);
	f->sema->file = f;
	f->sema->arena = f->arena;
	f->sema->slots_end = &f->sema->slots;
	f->sema->bounds_end = &f->sema->bounds;
	f->sema->at = arena_alloc(f->arena, tree->node_count * sizeof *f->sema->at);
	f->module = open_scope(f->sema, PY_SCOPE_MODULE, tree->root, NULL);
	*vec_push(&open) = f->module;
	for (uint32_t i = 0; i < tree->node_count; i++)
		visit(f, tree->root + i, &open);
	vec_release(&open);
	py_link(f);
	return f;
}

struct py_scope *py_scope_at(struct py_file *f, const struct py_node *n)
{
	return f->sema->at[py_index(f, n)];
}

struct py_scope *py_scope_of(struct py_file *f, const struct py_node *scope_node)
{
	uint32_t low = 0, high = f->sema->scope_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (f->sema->scopes[mid]->node < scope_node)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < f->sema->scope_count && f->sema->scopes[low]->node == scope_node)
		return f->sema->scopes[low];
	return NULL;
}

struct py_binding *py_scope_find(const struct py_scope *s, struct str name)
{
	struct py_slot *slot = py_slot_find(s, name);

	return slot ? slot->first : NULL;
}

struct py_binding *py_lookup(struct py_file *f, const struct py_node *at, struct str name)
{
	struct py_slot *slot = py_slot_seen(py_scope_at(f, at), name);

	return slot ? slot->first : NULL;
}

struct py_binding *py_only_binding(struct py_binding *first)
{
	return first && !first->next ? first : NULL;
}

const struct py_node *py_context(struct py_file *f, const struct py_node *n)
{
	const struct py_scope *s = py_scope_at(f, n);

	while (s->kind == PY_SCOPE_COMP)
		s = s->parent;
	return s->node;
}

bool py_in_async(struct py_file *f, const struct py_node *n)
{
	return py_context(f, n)->kind == PY_AsyncFunctionDef;
}

const struct py_node *py_function_around(const struct py_node *n)
{
	for (n = n->parent; n; n = n->parent)
		if (py_is_function(n))
			return n;
	return NULL;
}

const struct py_node *py_class_of(const struct py_node *function)
{
	const struct py_node *p = function->parent;

	/* A def under `if` or `try` in a class body is a method as well. */
	while (p && !py_is_scope(p))
		p = p->parent;
	return p && p->kind == PY_ClassDef ? p : NULL;
}

static struct str own_name(const struct py_scope *s)
{
	if (s->kind == PY_SCOPE_CLASS)
		return s->node->u.class_def.name;
	return s->kind == PY_SCOPE_FUNCTION ? s->node->u.function.name : STR_EMPTY;
}

struct str py_scope_path(struct py_file *f, const struct py_node *n)
{
	struct py_scope *named = py_scope_at(f, n);
	struct str path = STR_EMPTY;

	while (named->parent && !own_name(named).len)
		named = named->parent;
	if (named->more->path.ptr)
		return named->more->path;
	for (const struct py_scope *s = named; s; s = s->parent)
		if (own_name(s).len)
			path = path.len ? arena_printf(f->arena, "%.*s.%.*s", STR_ARG(own_name(s)),
						  STR_ARG(path))
					: own_name(s);
	named->more->path = path;
	return path;
}
