/*
 * The persistent maps of state.h: radix trees of fixed fan-out that grow in height. One from paths
 * to slots, one from lineages to the paths where they stand.
 */
#include "scan/state.h"

#include <string.h>

#define BITS   4
#define FANOUT (1u << BITS)

struct node {
	const void *child[FANOUT]; /* nodes, or values at the lowest level */
};

/* Zeroed is empty. */
struct tree {
	const struct node *root;
	uint32_t levels; /* keys below FANOUT^levels fit; 0 only when empty */
};

struct state {
	struct tree slots;    /* path -> struct slot * */
	struct tree lineages; /* lineage -> its path + 1, as a pointer */
};

static bool fits(uint32_t key, uint32_t levels)
{
	return levels * BITS >= 32 || key >> (levels * BITS) == 0;
}

static uint32_t digit(uint32_t key, uint32_t level)
{
	return key >> (level * BITS) & (FANOUT - 1);
}

static const void *tree_get(const struct tree *t, uint32_t key)
{
	const void *at = t->root;

	if (!fits(key, t->levels))
		return NULL;
	for (uint32_t level = t->levels; at && level-- > 0;)
		at = ((const struct node *)at)->child[digit(key, level)];
	return at;
}

static struct node *copy_node(const struct node *n, struct arena *a)
{
	struct node *c = ARENA_NEW(a, struct node);

	if (n)
		*c = *n;
	return c;
}

/* The same contents in a tree of more levels: old roots become first children. */
static const struct node *raise(const struct tree *t, uint32_t levels, struct arena *a)
{
	const struct node *root = t->root;

	for (uint32_t have = t->levels; root && have < levels; have++) {
		struct node *up = copy_node(NULL, a);

		up->child[0] = root;
		root = up;
	}
	return root;
}

static void tree_set(struct tree *t, uint32_t key, const void *value, struct arena *a)
{
	uint32_t levels = t->levels ? t->levels : 1;
	struct node *n;

	if (tree_get(t, key) == value)
		return;
	while (!fits(key, levels))
		levels++;
	n = copy_node(raise(t, levels, a), a);
	*t = (struct tree){n, levels};
	for (uint32_t level = levels; level-- > 1;) {
		const void **at = &n->child[digit(key, level)];

		*at = n = copy_node(*at, a);
	}
	n->child[digit(key, 0)] = value;
}

/* ---- states ---- */

const struct slot *state_get(const struct state *s, uint32_t path)
{
	return s ? tree_get(&s->slots, path) : NULL;
}

bool state_has(const struct state *s, lineage_id id)
{
	return s && tree_get(&s->lineages, id);
}

static lineage_id lineage_at(const struct slot *s, uint32_t i)
{
	return i < s->count ? s->lineages[i] : s->carried[i - s->count].lineage;
}

uint32_t slot_len(const struct slot *s)
{
	return s ? s->count + s->carried_count : 0;
}

/* Items [first, last) of both slots that differ once equal heads and tails are cut off. */
struct change {
	uint32_t first, old_last, new_last;
};

static struct change changed_items(const struct slot *old, const struct slot *new)
{
	struct change c = {0, slot_len(old), slot_len(new)};

	while (c.first < c.old_last && c.first < c.new_last &&
		lineage_at(old, c.first) == lineage_at(new, c.first))
		c.first++;
	while (c.first < c.old_last && c.first < c.new_last &&
		lineage_at(old, c.old_last - 1) == lineage_at(new, c.new_last - 1))
		c.old_last--, c.new_last--;
	return c;
}

static void move_lineages(struct state *s, uint32_t path, const struct slot *old,
	const struct slot *new, struct arena *a)
{
	const void *here = (const void *)((uintptr_t)path + 1);
	struct change c = changed_items(old, new);

	for (uint32_t i = c.first; i < c.old_last; i++)
		if (tree_get(&s->lineages, lineage_at(old, i)) == here)
			tree_set(&s->lineages, lineage_at(old, i), NULL, a);
	for (uint32_t i = c.first; i < c.new_last; i++)
		tree_set(&s->lineages, lineage_at(new, i), here, a);
}

const struct state *state_set(
	const struct state *s, uint32_t path, const struct slot *slot, struct arena *a)
{
	const struct slot *old = state_get(s, path);
	struct state *out;

	if (old == slot)
		return s;
	out = ARENA_NEW(a, struct state);
	if (s)
		*out = *s;
	tree_set(&out->slots, path, slot, a);
	move_lineages(out, path, old, slot, a);
	return out;
}

/* ---- differences ---- */

struct diff {
	state_visit *fn;
	void *arg;
};

/* Depth is the number of levels, at most 8. */
static void diff_nodes(
	const struct diff *d, const void *a, const void *b, uint32_t levels, uint32_t prefix)
{
	const struct node *na = a, *nb = b;

	if (a == b)
		return;
	if (levels == 0) {
		d->fn(d->arg, prefix, a, b);
		return;
	}
	for (uint32_t i = 0; i < FANOUT; i++)
		diff_nodes(d, na ? na->child[i] : NULL, nb ? nb->child[i] : NULL, levels - 1,
			prefix << BITS | i);
}

void state_diff(const struct state *a, const struct state *b, state_visit *fn, void *arg)
{
	static const struct tree empty;
	const struct tree *x = a ? &a->slots : &empty, *y = b ? &b->slots : &empty;
	uint32_t levels = x->levels > y->levels ? x->levels : y->levels;
	struct diff d = {fn, arg};
	struct arena scratch = {0};

	diff_nodes(&d, raise(x, levels, &scratch), raise(y, levels, &scratch), levels, 0);
	arena_release(&scratch);
}
