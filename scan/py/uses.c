/*
 * Where variables are used and functions called: indexes over the whole file, built when the first
 * question comes.
 */
#include <stdlib.h>

#include "scan/py/sema.h"

/* The variable that a Name means; what it binds itself may live elsewhere than it is evaluated. */
static struct py_slot *slot_of_name(struct py_file *f, const struct py_node *n)
{
	struct py_scope *s = py_scope_at(f, n);

	if (n->op != PY_LOAD && n->parent->kind == PY_NamedExpr)
		while (s->kind == PY_SCOPE_COMP)
			s = s->parent;
	return py_slot_seen(s, n->u.name.id);
}

static void build_uses(struct py_file *f)
{
	struct py_sema *s = f->sema;
	uint32_t total = 0;

	PY_EACH (n, f->tree->root) {
		struct py_slot *slot = n->kind == PY_Name ? slot_of_name(f, n) : NULL;

		if (slot)
			slot->use_count++;
	}
	for (struct py_slot *slot = s->slots; slot; slot = slot->after) {
		slot->use_first = total;
		total += slot->use_count;
		slot->use_count = 0;
	}
	s->uses = ARENA_ARRAY(f->arena, total + 1, const struct py_node *);
	PY_EACH (n, f->tree->root) {
		struct py_slot *slot = n->kind == PY_Name ? slot_of_name(f, n) : NULL;

		if (slot)
			s->uses[slot->use_first + slot->use_count++] = n;
	}
}

struct py_uses py_uses_of(struct py_file *f, const struct py_binding *b)
{
	const struct py_slot *slot = py_slot_find(b->scope, b->name);

	if (!f->sema->uses)
		build_uses(f);
	return (struct py_uses){f->sema->uses + slot->use_first, slot->use_count};
}

static int by_def(const void *a, const void *b)
{
	const struct py_caller *x = a, *y = b;

	if (x->def != y->def)
		return x->def < y->def ? -1 : 1;
	return (x->call > y->call) - (x->call < y->call);
}

static void build_callers(struct py_file *f)
{
	VEC(struct py_caller) found = {0};
	struct py_sema *s = f->sema;

	PY_EACH (n, f->tree->root) {
		const struct py_node *def =
			n->kind == PY_Call ? py_callee(f, n->u.call.func) : NULL;

		if (def)
			*vec_push(&found) = (struct py_caller){def, n};
	}
	if (found.len)
		qsort(found.items, found.len, sizeof *found.items, by_def);
	s->caller_count = (uint32_t)found.len;
	s->caller_index = ARENA_ARRAY(f->arena, found.len + 1, struct py_caller);
	s->callers = ARENA_ARRAY(f->arena, found.len + 1, const struct py_node *);
	for (uint32_t i = 0; i < s->caller_count; i++) {
		s->caller_index[i] = found.items[i];
		s->callers[i] = found.items[i].call;
	}
	vec_release(&found);
}

/* Index of the first caller of a def not before `def`. */
static uint32_t first_caller(const struct py_sema *s, const struct py_node *def)
{
	uint32_t low = 0, high = s->caller_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (s->caller_index[mid].def < def)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct py_uses py_callers(struct py_file *f, const struct py_node *def)
{
	struct py_sema *s = f->sema;
	uint32_t from, to;

	if (!s->callers)
		build_callers(f);
	from = first_caller(s, def);
	to = first_caller(s, def + 1);
	return (struct py_uses){s->callers + from, to - from};
}
