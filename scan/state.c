/*
 * The persistent map of state.h: a radix tree of fixed fan-out that grows in height.
 */
#include "scan/state.h"

#include <string.h>

#define BITS   4
#define FANOUT (1u << BITS)

struct node {
	const void *child[FANOUT]; /* nodes, or slots at the lowest level */
};

struct state {
	const struct node *root;
	uint32_t levels; /* >= 1: paths below FANOUT^levels fit */
};

static bool fits(uint32_t path, uint32_t levels)
{
	return levels * BITS >= 32 || path >> (levels * BITS) == 0;
}

static uint32_t digit(uint32_t path, uint32_t level)
{
	return path >> (level * BITS) & (FANOUT - 1);
}

const struct slot *state_get(const struct state *s, uint32_t path)
{
	const void *at;

	if (!s || !fits(path, s->levels))
		return NULL;
	at = s->root;
	for (uint32_t level = s->levels; at && level-- > 0;)
		at = ((const struct node *)at)->child[digit(path, level)];
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
static const struct node *raise(const struct state *s, uint32_t levels, struct arena *a)
{
	const struct node *root = s ? s->root : NULL;

	for (uint32_t have = s ? s->levels : levels; root && have < levels; have++) {
		struct node *up = copy_node(NULL, a);

		up->child[0] = root;
		root = up;
	}
	return root;
}

const struct state *state_set(
	const struct state *s, uint32_t path, const struct slot *slot, struct arena *a)
{
	uint32_t levels = s ? s->levels : 1;
	struct state *out;
	struct node *n;

	if (state_get(s, path) == slot)
		return s;
	while (!fits(path, levels))
		levels++;
	out = ARENA_NEW(a, struct state);
	out->levels = levels;
	out->root = n = copy_node(raise(s, levels, a), a);
	for (uint32_t level = levels; level-- > 1;) {
		const void **at = &n->child[digit(path, level)];

		*at = n = copy_node(*at, a);
	}
	n->child[digit(path, 0)] = slot;
	return out;
}

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
	struct diff d = {fn, arg};
	struct arena scratch = {0};
	uint32_t levels = a ? a->levels : 1;

	if (a == b)
		return;
	if (b && b->levels > levels)
		levels = b->levels;
	diff_nodes(&d, raise(a, levels, &scratch), raise(b, levels, &scratch), levels, 0);
	arena_release(&scratch);
}
